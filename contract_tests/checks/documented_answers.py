"""Every answer is one that the contract documents: status, content type, schema."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from contract_tests.checks.check import Passive
from contract_tests.checks.reading import JSON, breach, credit_at, operation_of, path_of, quoted
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.wire.exchange import Exchange
from openapi.contract.contract import Operation
from openapi.contract.evidence import Evidence

_MOST = 5
_FIRST_ERROR = 400


def _look(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    operation = operation_of(contract, exchange)
    if operation is None:
        return
    response = operation.response(exchange.status)
    if response is None:
        yield _undocumented(operation, exchange)
        return
    content = response.get("content", {})
    kind = exchange.reply.media_type
    if content and kind not in content:
        expected = f"content type {' or '.join(content)} for a {exchange.status}"
        yield breach(exchange, expected, key=f"type {exchange.status}", **_credit(operation))
    elif kind == JSON and exchange.status < _FIRST_ERROR:
        yield from _schema(contract, exchange, content[JSON]["schema"])


def _undocumented(operation: Operation, exchange: Exchange) -> Breach:
    wanted = [status for status in operation.responses if status.startswith("2")]
    failed = exchange.status >= _FIRST_ERROR
    known = ", ".join(operation.responses) if failed else " or ".join(wanted)
    credit = {} if failed else _credit(operation)
    return breach(exchange, f"one of the statuses {known}", key="status", **credit)


def _credit(operation: Operation) -> dict[str, Any]:
    return {"source": operation.source, "evidence": operation.evidence}


def _schema(
    contract: TargetContract, exchange: Exchange, schema: Mapping[str, Any]
) -> Iterator[Breach]:
    data = exchange.reply.json
    if data is None and exchange.reply.body.strip() != b"null":
        yield breach(exchange, "a body that is one JSON document", key="json")
        return
    for error in islice(contract.validator(schema).iter_errors(data), _MOST):
        steps = list(error.instance_path)
        keyword = str(error.schema_path[-1]) if error.schema_path else ""
        if keyword == "required":
            keyword = "required"
        source, evidence = credit_at(contract, schema, steps, keyword)
        where = path_of(steps)
        yield breach(
            exchange,
            f"{where}: {_rule(contract, schema, steps, keyword)}",
            f"{exchange.status} with {where}: {error.message[:160]}",
            key=f"schema {where} {keyword}",
            source=source,
            evidence=evidence,
        )


def _rule(
    contract: TargetContract, schema: Mapping[str, Any], steps: list[str | int], keyword: str
) -> str:
    """The keyword's value at the place, in words."""
    node = contract.resolve(schema)
    for step in steps:
        below = node.get("items") if isinstance(step, int) else node.get("properties", {}).get(step)
        if below is None:
            return f"as the schema's '{keyword}' says"
        node = contract.resolve(below)
    return f"{keyword} {quoted(node[keyword])}" if keyword in node else f"'{keyword}' holds"


CHECK = Passive(
    name="documented_answers",
    holds="Status, content type and body of every answer are documented for its operation.",
    source="the contract's responses; error statuses follow OpenAI and new-api",
    evidence=Evidence.INFERRED,
    look=_look,
)
