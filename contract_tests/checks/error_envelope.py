"""Errors have one form, which a client can read without knowing which error it is."""

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.checks.check import Passive
from contract_tests.checks.reading import JSON, breach, operation_of, path_of
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.wire.exchange import Exchange
from openapi.contract.contract import Operation
from openapi.contract.evidence import Evidence, source_of

_FIRST_ERROR = 400


def _look(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    operation = operation_of(contract, exchange)
    if exchange.status < _FIRST_ERROR or operation is None:
        return
    if exchange.reply.json is None:
        yield breach(exchange, "an error as JSON in the contract's envelope", key="json")
        return
    schema = _envelope(operation, exchange.status)
    for error in contract.validator(schema).iter_errors(exchange.reply.json):
        where = path_of(list(error.instance_path))
        source, evidence = _credit(contract, schema)
        yield breach(
            exchange,
            f"an error as {shape(contract, schema)}",
            f"{exchange.status} with {where}: {error.message[:160]}",
            key=f"{exchange.status} {where}",
            source=source,
            evidence=evidence,
        )
        return


def _envelope(operation: Operation, status: int) -> Mapping[str, Any]:
    """The documented body of a status; of one that is not documented, that of any error."""
    known: dict[int, Mapping[str, Any]] = {
        int(each): response["content"][JSON]["schema"]
        for each, response in operation.responses.items()
        if int(each) >= _FIRST_ERROR and JSON in response.get("content", {})
    }
    if status in known:
        return known[status]
    different = list({repr(schema): schema for schema in known.values()}.values())
    return {"anyOf": different} if different else {}


def _credit(contract: TargetContract, schema: Mapping[str, Any]) -> tuple[str, Evidence]:
    """Who shows an envelope; of several, the first."""
    node = contract.resolve(schema)
    return source_of(contract.resolve(next(iter(node.get("anyOf", ())), node)))


def shape(contract: TargetContract, schema: Mapping[str, Any]) -> str:
    """A schema's objects by their required keys, such as {"error": {"message", "code"}}."""
    node = contract.resolve(schema)
    if "anyOf" in node:
        return " or ".join(shape(contract, each) for each in node["anyOf"])
    keys = (f'"{name}"{_below(contract, node, name)}' for name in node.get("required", ()))
    return "{" + ", ".join(keys) + "}"


def _below(contract: TargetContract, node: Mapping[str, Any], name: str) -> str:
    below = contract.resolve(node.get("properties", {}).get(name, {}))
    return f": {shape(contract, below)}" if below.get("required") else ""


CHECK = Passive(
    name="error_envelope",
    holds="Every error is a JSON object in the envelope that the contract has for it.",
    source="OpenAI API spec, Error; message_zh from chainhub 363040669",
    evidence=Evidence.VERIFIED,
    look=_look,
)
