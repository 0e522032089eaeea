"""Answers show what is documented and no more; what is new is drift, or a leak."""

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.checks.check import Passive
from contract_tests.checks.reading import breach, is_success, operation_of, quoted
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence


def _look(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    operation = operation_of(contract, exchange)
    if operation is None or not is_success(exchange):
        return
    response = operation.response(exchange.status) or {}
    schema = response.get("content", {}).get(exchange.reply.media_type, {}).get("schema")
    data = exchange.reply.json
    for where, value in _unknown(contract, schema, data) if schema else ():
        yield breach(exchange, "documented fields only", f"{where}: {quoted(value)}",
                     key=where)  # fmt: skip


def _unknown(
    contract: TargetContract, schema: Mapping[str, Any], data: Any, where: str = ""
) -> Iterator[tuple[str, Any]]:
    """Fields that a schema does not know, where it knows any."""
    node = _merged(contract, contract.resolve(schema))
    if isinstance(data, list) and "items" in node:
        for each in data:
            yield from _unknown(contract, node["items"], each, f"{where}*/")
    elif isinstance(data, Mapping) and "properties" in node:
        for name, value in data.items():
            if name in node["properties"]:
                below = node["properties"][name]
                yield from _unknown(contract, below, value, f"{where}{name}/")
            elif "additionalProperties" not in node:
                yield f"{where}{name}", value


def _merged(contract: TargetContract, node: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema with the fields of those it is made of, where each of them knows any."""
    parts = [contract.resolve(each) for each in node.get("allOf", ())]
    if not parts:
        return node
    fields = [each.get("properties", {}) for each in reversed(parts)]
    return {**node, "properties": {name: each[name] for each in fields for name in each}}


CHECK = Passive(
    name="unknown_fields",
    holds="An answer has no field besides the documented ones.",
    source="good practice: an unknown field is drift of the contract or a leak",
    evidence=Evidence.INFERRED,
    look=_look,
)
