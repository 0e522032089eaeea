"""Checks of addresses: ids that do not exist, and methods that are not documented."""

from collections.abc import Iterator
from dataclasses import replace

from contract_tests.checks.aspects import Aspect, is_open_read, one_per_path, those
from contract_tests.checks.breaches import (
    breach,
    has_other_length,
    is_refusal,
    is_success,
    path_of_job,
)
from contract_tests.checks.broken_requests import documented_body, harmless_request
from contract_tests.checks.check import probe
from contract_tests.contract.bodies import request_of
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach, Skipped
from contract_tests.targets.target import Capability
from contract_tests.wire.exchange import Exchange, Request
from contract_tests.wire.session import Session
from openapi.contract.contract import Operation, quote
from openapi.contract.evidence import Evidence

# The kind of error for an id that does not exist, by parameter; for all others a video's.
_NOT_FOUND = {
    "character_id": "character_not_found",
    "webhook_endpoint_id": "webhook_endpoint_not_found",
}
# TRACE repeats what was sent, so it would show a key.
_METHODS = ("PUT", "TRACE", "PATCH", "PROPFIND")
# A page's question whether it may send a key.
_PREFLIGHT = {
    "origin": "https://page.example",
    "access_control_request_method": "POST",
    "access_control_request_headers": "authorization",
}
# By these a server says that it does not know HEAD.
_NOT_ALLOWED = 405
_NO_HEAD = (404, _NOT_ALLOWED, 501)
_EXTRA = "_nocache=1"
# What no operation has below its path.
BELOW = "/no-such-path/at-all"
_SHOWN = 80
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
    is_free = Capability.FREE in session.capabilities
    for what, job in list(_IMPOSSIBLE_IDS.items())[0 if is_free else 1 :]:
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
    for place, path in enumerate(one_per_path(session.contract)):
        operation = session.contract.operation(path)
        target = harmless_request(session, operation).target
        documented = session.contract.find(target.partition("?")[0])[0]
        for method in _methods_for(session, place, set(documented)):
            exchange = session.send(Request(method, target))
            yield from _undocumented(session.contract, exchange, operation, set(documented))
        yield from _options(session, operation, target)
        if "GET" in documented:
            usual = session.send(Request("GET", target))
            head = session.send(Request("HEAD", target))
            yield from _head(session, head, usual, operation)


def _options(session: Session, operation: Operation, target: str) -> Iterator[Breach]:
    if Capability.FREE not in session.capabilities and operation.makes:
        return
    options = session.send(Request("OPTIONS", target).with_headers(**_PREFLIGHT))
    if options.status >= 500:
        yield breach(options, "any answer to OPTIONS but a server error",
                     operation=operation.id, key="OPTIONS")  # fmt: skip


def _methods_for(session: Session, place: int, documented: set[str]) -> list[str]:
    """Undocumented methods for a path: where jobs cost money one, for each path another."""
    others = [each for each in _METHODS if each not in documented]
    return others if Capability.FREE in session.capabilities else [others[place % len(others)]]


def _undocumented(
    contract: TargetContract, exchange: Exchange, operation: Operation, documented: set[str]
) -> Iterator[Breach]:
    method, status = exchange.request.method, exchange.status
    wanted = contract.status_of("method_not_allowed", operation.id)
    if is_success(exchange) or status >= 500:
        yield breach(exchange, f"{wanted} for {method}, which is not documented",
                     operation=operation.id, key=f"{method} taken")  # fmt: skip
    elif status != wanted:
        yield breach(exchange, f"{wanted} for {method}, which is not documented",
                     operation=operation.id, key=f"{method} status")  # fmt: skip
    if status != 405:
        return
    value = exchange.reply.header("allow")
    allowed = {each.strip().upper() for each in (value or "").split(",")}
    if value is None:
        yield breach(exchange, "405 with the header Allow", "405 without it",
                     operation=operation.id, key="allow", source="RFC 9110, 15.5.6")  # fmt: skip
    elif method in allowed or not documented <= allowed:
        expected = f"Allow: {', '.join(sorted(documented))}"
        yield breach(exchange, expected, f"Allow: {value[:_SHOWN]}", operation=operation.id,
                     key="allow false", source="RFC 9110, 10.2.1")  # fmt: skip


def _head(
    session: Session, exchange: Exchange, usual: Exchange, operation: Operation
) -> Iterator[Breach]:
    expected, where = f"{usual.status} for HEAD, as for GET", operation.id
    if exchange.status != usual.status:
        is_unknown = exchange.status in _NO_HEAD
        # Where no other method is known, HEAD need not be.
        if not is_unknown or _says_not_allowed(session, where):
            key = "no HEAD" if is_unknown else "HEAD"
            yield breach(exchange, expected, operation=where, key=key,
                         source="RFC 9110, 9.1 and 9.3.2",
                         evidence=Evidence.INFERRED if is_unknown else None)  # fmt: skip
    elif exchange.reply.body:
        yield breach(exchange, "no body in the answer to HEAD", operation=where,
                     key="HEAD body", source="RFC 9110, 9.3.2")  # fmt: skip
    else:
        yield from _head_headers(session, exchange, usual, where)


def _says_not_allowed(session: Session, operation: str) -> bool:
    return session.contract.status_of("method_not_allowed", operation) == _NOT_ALLOWED


def _head_headers(
    session: Session, exchange: Exchange, usual: Exchange, operation: str
) -> Iterator[Breach]:
    """Breaches where HEAD describes another answer than GET sends; it may leave headers out."""
    # What is listed may have changed since.
    if has_other_length(exchange, usual) and has_other_length(
        exchange, session.send(usual.request)
    ):
        yield breach(exchange, f"Content-Length: {len(usual.reply.body)}, as GET has it",
                     f"Content-Length: {exchange.reply.header('content-length')}",
                     operation=operation, key="HEAD length",
                     source="RFC 9110, 8.6 and 9.3.2")  # fmt: skip
    kind = exchange.reply.media_type
    if kind and kind != usual.reply.media_type:
        yield breach(exchange, f"Content-Type: {usual.reply.media_type}, as GET has it",
                     f"Content-Type: {kind}", operation=operation, key="HEAD type",
                     source="RFC 9110, 9.3.2")  # fmt: skip


def _is_read(operation: Operation) -> bool:
    return operation.method == "GET"


@probe(
    aspect=Aspect.ADDRESSES,
    at=those(_is_read),
    source="good practice: clients and proxies add parameters of their own, against caches",
    evidence=Evidence.INFERRED,
)
def extra_parameters(session: Session) -> Iterator[Breach]:
    """A query parameter that nobody documents makes no difference to a read."""
    for operation in filter(_is_read, session.contract.operations):
        usual = harmless_request(session, operation)
        target = f"{usual.target}{'&' if usual.query else '?'}{_EXTRA}"
        exchange = session.send(replace(usual, target=target))
        if is_success(exchange) and is_open_read(operation):
            continue
        expected = session.send(usual).status
        if exchange.status != expected:
            yield breach(exchange, f"{expected}, as without {_EXTRA}", key="extra")


@probe(
    aspect=Aspect.ADDRESSES,
    at=one_per_path,
    source="RFC 9110, 15.5.5",
    evidence=Evidence.VERIFIED,
)
def unknown_paths(session: Session) -> Iterator[Breach | Skipped]:
    """A path below a documented one that the contract does not have is refused."""
    if Capability.FREE not in session.capabilities:
        yield Skipped("", "only documented paths are requested where a job costs money")
        return
    for operation in map(session.contract.operation, one_per_path(session.contract)):
        path = path_of_job(operation, session.absent_id())
        exchange = session.send(Request("GET", path + BELOW))
        if not is_refusal(exchange):
            yield breach(exchange, "404 for a path that is not there", operation=operation.id,
                         key="path")  # fmt: skip
