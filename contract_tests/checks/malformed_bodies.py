"""Bodies that cannot be read are refused, and break nothing."""

import json
from collections.abc import Iterator

from contract_tests.checks import faults
from contract_tests.checks.check import Probe
from contract_tests.checks.reading import breach, is_refusal, is_success, path_of_job
from contract_tests.contract.bodies import encode
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.wire.exchange import BEARER, Request
from contract_tests.wire.session import Session
from openapi.contract.contract import Operation
from openapi.contract.evidence import Evidence
from openapi.contract.requests import FORM, JSON

_KEY = ("authorization", BEARER)
_DEEP = 20_000
_FIELDS = {"prompt": "A cat"}
_Body = tuple[str, tuple[tuple[str, str], ...], bytes]
_JSON_BODIES = {
    "broken JSON": b'{"prompt": "A cat", "model": ',
    "no body": b"",
    "JSON that is no object": b'["A cat"]',
    "JSON null": b"null",
    "JSON in bytes that are no UTF-8": b'{"prompt": "\xff\xfe"}',
    "deeply nested JSON": b"[" * _DEEP,
}


def _probe(session: Session) -> Iterator[Breach]:
    for operation in session.contract.operations:
        path = path_of_job(operation, session.absent_id())
        # Bodies are read by one parser most of the time: two of each type are enough elsewhere.
        thoroughly = operation.evidence is Evidence.DOCUMENTED
        for what, headers, body in _bodies(session.contract, operation, thoroughly=thoroughly):
            exchange = session.send(Request("POST", path, (_KEY, *headers), body))
            if not is_refusal(exchange):
                yield breach(exchange, f"400 or 415 for {what}", key=what)
            if is_success(exchange):
                return


def _bodies(contract: TargetContract, operation: Operation, *, thoroughly: bool) -> Iterator[_Body]:
    types = {variant.media_type for variant in operation.variants}
    # Two faults, so that a server which reads what cannot be read makes nothing of it.
    poisons = [faults.poison(contract, variant) for variant in operation.variants]
    fields = faults.changed(_FIELDS, next(filter(None, poisons), {}))
    if JSON in types:
        for what, body in list(_JSON_BODIES.items())[: None if thoroughly else 2]:
            yield what, (("content-type", JSON),), body
    if FORM in types:
        form = encode(fields)
        yield "a form without a boundary", (("content-type", FORM),), form
        if thoroughly:
            other = f"{FORM}; boundary=another"
            yield "a form with another boundary", (("content-type", other),), form
            yield "a form without a Content-Type", (), form
    if JSON in types and thoroughly:
        yield "JSON without a Content-Type", (), json.dumps(fields).encode()


CHECK = Probe(
    name="malformed_bodies",
    holds="A body that cannot be read is refused with 4xx: broken JSON or form, no body, no type.",
    source="RFC 9110, 15.5.1; RFC 7578, 4.1",
    evidence=Evidence.VERIFIED,
    probe=_probe,
)
