"""Headers that an answer must have, so that a client knows what to do next."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.checks.check import Passive
from contract_tests.checks.reading import breach, operation_of, quoted
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence, source_of

# These have a check of their own.
_INTEGER = re.compile(r"-?[0-9]{1,18}")
_APART = frozenset({"www-authenticate", "allow"})


def _look(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    operation = operation_of(contract, exchange)
    response = operation.response(exchange.status) if operation else None
    for name, node in (response or {}).get("headers", {}).items():
        if name.lower() in _APART or name == contract.dialect.headers.request_id:
            continue
        header = contract.resolve(node)
        value = exchange.reply.header(name)
        if value is None:
            if header.get("required"):
                yield breach(exchange, f"the header {name}", f"{exchange.status} without it",
                             key=name)  # fmt: skip
        elif not contract.validator(header["schema"]).is_valid(_typed(value, header["schema"])):
            source, evidence = source_of(header)
            expected = f"{name} as {quoted(dict(header['schema']))}"
            yield breach(exchange, expected, f"{name}: {value}", key=name,
                         source=source, evidence=evidence)  # fmt: skip


def _typed(value: str, schema: Mapping[str, Any]) -> object:
    is_number = schema.get("type") == "integer" and _INTEGER.fullmatch(value)
    return int(value) if is_number else value


CHECK = Passive(
    name="documented_headers",
    holds="An answer has the headers that the contract requires of it, in their documented form.",
    source="RFC 9110; situations from OpenAI and new-api",
    evidence=Evidence.INFERRED,
    look=_look,
)
