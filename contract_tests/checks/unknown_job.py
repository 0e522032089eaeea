"""What does not exist is 404 everywhere, and nothing else."""

from collections.abc import Iterator

from contract_tests.checks import faults
from contract_tests.checks.check import Probe
from contract_tests.checks.reading import breach, is_refusal, path_of_job
from contract_tests.contract.bodies import request_of
from contract_tests.findings.finding import Breach
from contract_tests.wire.exchange import Request
from contract_tests.wire.session import Session
from openapi.contract.contract import Operation, quote
from openapi.contract.evidence import Evidence

_UNKNOWN = {
    "character_id": "character_not_found",
    "webhook_endpoint_id": "webhook_endpoint_not_found",
}
_STRANGE = {
    "an id of 2000 characters": "x" * 2000,
    "an id of signs": "' OR 1=1--\N{GRINNING FACE}",
}
_TARGETS = ("video_id", "id", *_UNKNOWN)


def _probe(session: Session) -> Iterator[Breach]:
    for operation in session.contract.operations:
        names = {each["name"] for each in operation.parameters if each.get("required")}
        if not names & set(_TARGETS):
            continue
        exchange = session.send(_request(session, operation))
        told = _status(session, operation)
        if exchange.status != told:
            yield breach(exchange, f"{told} for an id that does not exist", key="unknown")
        if operation.method == "GET":
            yield from _strange(session, operation)
    yield from _after(session)


def _strange(session: Session, operation: Operation) -> Iterator[Breach]:
    """Ids that no job could have."""
    for what, job in _STRANGE.items():
        path = path_of_job(operation, job)
        target = path if "{" in operation.path else f"{path}?id={quote(job)}"
        exchange = session.send(Request("GET", target))
        if not is_refusal(exchange, _status(session, operation)):
            yield breach(exchange, f"404 or 400 for {what}", key=what)


def _status(session: Session, operation: Operation) -> int:
    """What the operation answers for an id that does not exist."""
    named = next((each["name"] for each in operation.parameters if each["name"] in _UNKNOWN), "")
    code = _UNKNOWN.get(named, "video_not_found")
    return session.contract.status_of(code, operation.id)


def _after(session: Session) -> Iterator[Breach]:
    """A list that is to go on after a job that does not exist."""
    if not session.contract.has("listVideos"):
        return
    path = session.contract.operation("listVideos").path
    exchange = session.send(Request("GET", f"{path}?after={session.absent_id()}"))
    if not is_refusal(exchange):
        yield breach(exchange, "404 or 400 for a list after a job that does not exist", key="after",
                     source="good practice", evidence=Evidence.INFERRED)  # fmt: skip


def _request(session: Session, operation: Operation) -> Request:
    """A request that is right but for the job it names."""
    absent = session.absent_id()
    path = path_of_job(operation, absent)
    for variant in operation.variants:
        return request_of(variant, faults.documented(variant, absent), path)
    in_query = any(each["in"] == "query" and each["name"] == "id" for each in operation.parameters)
    return Request(operation.method, f"{path}?id={absent}" if in_query else path)


CHECK = Probe(
    name="unknown_job",
    holds="An id that does not exist is answered 404, or as its dialect has it, everywhere.",
    source="OpenAI API spec, GetVideo, DeleteVideo and RetrieveVideoContent",
    evidence=Evidence.VERIFIED,
    probe=_probe,
)
