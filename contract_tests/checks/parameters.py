"""Query parameters: required ones must be there, and values keep their list and limits."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from contract_tests.checks.check import Probe
from contract_tests.checks.reading import breach, is_refusal, quoted
from contract_tests.findings.finding import Breach
from contract_tests.wire.exchange import Request
from contract_tests.wire.session import Session
from openapi.contract.contract import Operation
from openapi.contract.evidence import Evidence, source_of


def _probe(session: Session) -> Iterator[Breach]:
    for operation in session.contract.operations:
        # What a job that does not exist is asked about cannot be judged by its 404.
        if operation.method == "GET" and "{" not in operation.path:
            yield from _of(session, operation)


def _of(session: Session, operation: Operation) -> Iterator[Breach]:
    for node in operation.parameters:
        name, schema = node["name"], session.contract.resolve(node["schema"])
        credit = dict(zip(("source", "evidence"), source_of(node), strict=True))
        for rule, value in _bad_values(schema, bool(node.get("required"))):
            query = "" if value is None else f"?{urlencode({name: value})}"
            exchange = session.send(Request("GET", operation.path + query))
            if not is_refusal(exchange):
                yield breach(exchange, f"400, since '{name}' {rule}", key=f"{name} {rule}",
                             **credit)  # fmt: skip


def _bad_values(schema: Mapping[str, Any], required: bool) -> Iterator[tuple[str, str | None]]:
    if required:
        yield "is required", None
        yield "is not empty", ""
    if "enum" in schema:
        yield f"is one of {quoted(schema['enum'])}", "__none_of_these__"
    if schema.get("type") == "integer":
        yield "is a whole number", "ten"
    if "minimum" in schema:
        yield f"is at least {schema['minimum']}", str(schema["minimum"] - 1)
    if "maximum" in schema:
        yield f"is at most {schema['maximum']}", str(schema["maximum"] + 1)


CHECK = Probe(
    name="parameters",
    holds="A missing query parameter, or one outside its list or limits, is refused.",
    source="the operations' documented parameters",
    evidence=Evidence.VERIFIED,
    probe=_probe,
)
