"""Checks of addresses: ids that do not exist, and methods that are not documented."""

from collections.abc import Iterator

from contract_tests.checks.aspects import Aspect, one_per_path, those
from contract_tests.checks.breaches import breach, is_refusal, is_success, path_of_job
from contract_tests.checks.broken_requests import documented_body, harmless_request
from contract_tests.checks.check import probe
from contract_tests.contract.bodies import request_of
from contract_tests.findings.finding import Breach
from contract_tests.wire.exchange import Exchange, Request
from contract_tests.wire.session import Session
from openapi.contract.contract import Operation, quote
from openapi.contract.evidence import Evidence

# The kind of error for an id that does not exist, by parameter; for all others a video's.
_NOT_FOUND = {
    "character_id": "character_not_found",
    "webhook_endpoint_id": "webhook_endpoint_not_found",
}
_IMPOSSIBLE_IDS = {
    "an id of 2000 characters": "x" * 2000,
    "an id of signs": "' OR 1=1--\N{GRINNING FACE}",
}


def _names_job(operation: Operation) -> bool:
    """Whether a required parameter is the id of a job, a character or a webhook endpoint."""
    names = {each["name"] for each in operation.parameters if each.get("required")}
    return bool(names & {"video_id", "id", *_NOT_FOUND})


def _names_any_job(operation: Operation) -> bool:
    return _names_job(operation) or operation.id == "listVideos"


@probe(
    aspect=Aspect.ADDRESSES,
    at=those(_names_any_job),
    source="OpenAI API spec, GetVideo, DeleteVideo and RetrieveVideoContent",
    evidence=Evidence.VERIFIED,
)
def unknown_job(session: Session) -> Iterator[Breach]:
    """An id that does not exist is answered 404, or as its dialect has it, everywhere."""
    for operation in filter(_names_job, session.contract.operations):
        exchange = session.send(_request_for_absent(session, operation))
        status = _not_found_status(session, operation)
        if exchange.status != status:
            yield breach(exchange, f"{status} for an id that does not exist", key="unknown")
        if operation.method == "GET":
            yield from _impossible_ids(session, operation)
    yield from _list_after_absent(session)


def _impossible_ids(session: Session, operation: Operation) -> Iterator[Breach]:
    for what, job in _IMPOSSIBLE_IDS.items():
        path = path_of_job(operation, job)
        target = path if "{" in operation.path else f"{path}?id={quote(job)}"
        exchange = session.send(Request("GET", target))
        if not is_refusal(exchange, _not_found_status(session, operation)):
            yield breach(exchange, f"404 or 400 for {what}", key=what)


def _not_found_status(session: Session, operation: Operation) -> int:
    names = (each["name"] for each in operation.parameters if each["name"] in _NOT_FOUND)
    code = _NOT_FOUND.get(next(names, ""), "video_not_found")
    return session.contract.status_of(code, operation.id)


def _list_after_absent(session: Session) -> Iterator[Breach]:
    if not session.contract.has("listVideos"):
        return
    path = session.contract.operation("listVideos").path
    exchange = session.send(Request("GET", f"{path}?after={session.absent_id()}"))
    if not is_refusal(exchange):
        yield breach(exchange, "404 or 400 for a list after a job that does not exist", key="after",
                     source="good practice", evidence=Evidence.INFERRED)  # fmt: skip


def _request_for_absent(session: Session, operation: Operation) -> Request:
    """A valid request, except that the job it names does not exist."""
    absent = session.absent_id()
    path = path_of_job(operation, absent)
    for variant in operation.variants:
        return request_of(variant, documented_body(variant, absent), path)
    in_query = any(each["in"] == "query" and each["name"] == "id" for each in operation.parameters)
    return Request(operation.method, f"{path}?id={absent}" if in_query else path)


@probe(
    aspect=Aspect.ADDRESSES,
    at=one_per_path,
    source="RFC 9110, 9.3 and 15.5.6",
    evidence=Evidence.VERIFIED,
)
def methods(session: Session) -> Iterator[Breach]:
    """HEAD answers as GET does, OPTIONS does not fail, an undocumented method is a 405."""
    for operation in map(session.contract.operation, one_per_path(session.contract)):
        target = harmless_request(session, operation).target
        documented = set(session.contract.find(target.partition("?")[0])[0])
        other = next(each for each in ("PUT", "PATCH", "DELETE") if each not in documented)
        yield from _undocumented(session.send(Request(other, target)), operation.id)
        options = session.send(Request("OPTIONS", target))
        if options.status >= 500:
            yield breach(options, "any answer to OPTIONS but a server error",
                         operation=operation.id, key="OPTIONS")  # fmt: skip
        if "GET" in documented:
            usual = session.send(Request("GET", target))
            yield from _head(session.send(Request("HEAD", target)), usual, operation.id)


def _undocumented(exchange: Exchange, operation: str) -> Iterator[Breach]:
    method, status = exchange.request.method, exchange.status
    expected = f"405 for {method}, which is not documented"
    if is_success(exchange) or status >= 500:
        yield breach(exchange, expected, operation=operation, key=f"{method} taken")
    elif status not in (404, 405):
        yield breach(exchange, expected, operation=operation,
                     key=f"{method} status", evidence=Evidence.INFERRED)  # fmt: skip
    if status == 405 and not exchange.reply.header("allow"):
        yield breach(exchange, "405 with the header Allow", "405 without it", operation=operation,
                     key="allow", source="RFC 9110, 15.5.6")  # fmt: skip


def _head(exchange: Exchange, usual: Exchange, operation: str) -> Iterator[Breach]:
    if exchange.status not in (usual.status, 404, 405):
        expected = f"{usual.status} for HEAD, as for GET, or 405"
        yield breach(exchange, expected, operation=operation, key="HEAD", source="RFC 9110, 9.3.2")
    elif exchange.reply.body:
        yield breach(exchange, "no body in the answer to HEAD", operation=operation,
                     key="HEAD body", source="RFC 9110, 9.3.2")  # fmt: skip
