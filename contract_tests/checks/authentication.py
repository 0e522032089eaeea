"""Every operation wants a key: none, a malformed one and an unknown one are refused."""

from collections.abc import Iterator

from contract_tests.checks import faults
from contract_tests.checks.check import Probe
from contract_tests.checks.reading import breach, is_success, path_of_job
from contract_tests.contract.bodies import request_of
from contract_tests.findings.finding import Breach
from contract_tests.wire.exchange import BEARER, KEY, Exchange, Request
from contract_tests.wire.session import Session
from openapi.contract.contract import Operation
from openapi.contract.evidence import Evidence

# Each with the kind of error that it is.
_BAD_KEYS = {
    "no key": (None, "missing_api_key"),
    "a scheme without a key": ("Bearer", "invalid_authorization"),
    "another scheme": (f"Basic {KEY}", "invalid_authorization"),
    "an unknown key": ("Bearer sk-invalid-contract-tests", "invalid_api_key"),
}
_SOURCE = "OpenAI API reference, authentication; RFC 9110, 15.5.2"


def _probe(session: Session) -> Iterator[Breach]:
    for operation in session.contract.operations:
        request = plain_request(session, operation)
        for what, (header, code) in _BAD_KEYS.items():
            exchange = session.send(request.with_headers(authorization=header))
            told = session.contract.status_of(code, operation.id)
            if exchange.status != told:
                yield _breach(exchange, what, told)
    yield from _scheme(session)


def _breach(exchange: Exchange, what: str, told: int) -> Breach:
    if is_success(exchange):
        return breach(exchange, f"{told} for {what}", key=what)
    # It is refused all the same: the status alone is not the documented one.
    return breach(exchange, f"{told} for {what}", key=f"status for {what}", source=_SOURCE,
                  evidence=Evidence.VERIFIED)  # fmt: skip


def _scheme(session: Session) -> Iterator[Breach]:
    """The scheme's case does not matter (RFC 9110, 11.1)."""
    for operation in session.contract.operations:
        if operation.method != "GET" or "{" in operation.path or _wants_query(operation):
            continue
        usual = session.send(Request("GET", operation.path))
        lower = BEARER.replace("Bearer", "bearer")
        exchange = session.send(Request("GET", operation.path).with_headers(authorization=lower))
        if is_success(usual) and not is_success(exchange):
            yield breach(exchange, "the same answer to 'bearer' as to 'Bearer'", key="case",
                         source="RFC 9110, 11.1", evidence=Evidence.VERIFIED)  # fmt: skip


def plain_request(session: Session, operation: Operation) -> Request:
    """A request about a job that does not exist; it could do nothing even with a good key."""
    absent = session.absent_id()
    path = path_of_job(operation, absent)
    if not operation.variants:
        return Request(operation.method, f"{path}?id={absent}" if _wants_query(operation) else path)
    variant = operation.variants[0]
    body = faults.documented(variant, absent)
    poison = faults.poison(session.contract, variant)
    if poison is None:
        poison = dict.fromkeys(variant.required[:1])
    return request_of(variant, faults.changed(body, poison), path)


def _wants_query(operation: Operation) -> bool:
    return any(each["in"] == "query" and each.get("required") for each in operation.parameters)


CHECK = Probe(
    name="authentication",
    holds="Every operation refuses a missing, malformed or unknown key with 401.",
    source="sora-character:119, sora-image-zh:84, sora-image:129, "
    "unified-create:138, veo-image:119",
    evidence=Evidence.DOCUMENTED,
    probe=_probe,
)
