"""JSON that only lenient readers take, and headers that are repeated or senseless."""

import gzip
from collections.abc import Callable
from dataclasses import replace

from contract_tests.defects.defect import Defect, changing, instead
from contract_tests.defects.wrapping import (
    Mutation,
    Serve,
    ServerRequest,
    ServerResponse,
    error_response,
    json_response,
)

_CREATES = ("createVideo", "createUnifiedVideo")


def _is_json(response: ServerResponse) -> bool:
    return response.headers.get("content-type", "").startswith("application/json")


def _body(change: Callable[[bytes], bytes]) -> Callable[[], Mutation]:
    """Other bytes for every JSON object."""

    def on_json(_request: ServerRequest, response: ServerResponse) -> None:
        if _is_json(response) and response.body.endswith(b"}"):
            response.body = change(response.body)

    return changing((), on_json)


def _refusals(name: str, value: str) -> Callable[[], Mutation]:
    """A header on every refusal."""

    def on_refusal(_request: ServerRequest, response: ServerResponse) -> None:
        if response.status >= 400:
            response.headers[name] = value

    return changing((), on_refusal)


def _with(name: str, value: str, operations: tuple[str, ...] = ()) -> Callable[[], Mutation]:
    def change(_request: ServerRequest, response: ServerResponse) -> None:
        response.headers[name] = value

    return changing(operations, change)


def _repeated(_request: ServerRequest, response: ServerResponse) -> None:
    response.headers.append("content-type", "text/plain")


def _latin(_request: ServerRequest, response: ServerResponse) -> None:
    if _is_json(response):
        response.headers["content-type"] = "application/json; charset=iso-8859-1"


def _other_head() -> Mutation:
    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        if request.method == "HEAD":
            response.headers["content-type"] = "text/html"
        return response

    return mutation


def _heads(answer: Callable[[ServerRequest, ServerResponse], None]) -> Callable[[], Mutation]:
    """Other answers to HEAD."""

    def change(request: ServerRequest, response: ServerResponse) -> None:
        if request.method == "HEAD":
            answer(request, response)

    return changing((), change)


def _other_length(_request: ServerRequest, response: ServerResponse) -> None:
    response.headers["content-length"] = "7"


def _other_length_of_jobs(request: ServerRequest, response: ServerResponse) -> None:
    if request.operation == "retrieveVideo" and response.ok:
        response.headers["content-length"] = "7"


def _no_head(_request: ServerRequest, response: ServerResponse) -> None:
    response.status, response.headers["allow"] = 405, "GET, POST, DELETE"


def _folders(_request: ServerRequest, response: ServerResponse) -> None:
    if response.ok:
        response.headers["content-disposition"] = 'attachment; filename="../../film.mp4"'


def _same_tag(_request: ServerRequest, response: ServerResponse) -> None:
    if response.ok:
        response.headers["etag"] = '"job"'


def _pages(request: ServerRequest, response: ServerResponse) -> None:
    if "text/html" in request.headers.get("accept", "") and response.status >= 400:
        response.body = b"<!DOCTYPE html><title>Error</title>"
        response.headers["content-type"] = "text/html"


def _one_more_key(body: bytes) -> bytes:
    return body[:-1] + b', "x-twice": 1, "x-twice": 2}'


def _patched(request: ServerRequest) -> ServerResponse | None:
    return error_response(404, "no such route") if request.method == "PATCH" else None


def _any_path(request: ServerRequest) -> ServerResponse | None:
    is_unknown = request.method == "GET" and not request.operation
    return json_response(200, {"ok": True}) if is_unknown else None


def _false_allow(_request: ServerRequest, response: ServerResponse) -> None:
    if response.status == 405:
        response.headers["allow"] = "GET, POST, PUT, PATCH, DELETE, TRACE"


def _gzipped(_request: ServerRequest, response: ServerResponse) -> None:
    if response.ok:
        response.body = gzip.compress(response.body)
        response.headers["content-encoding"] = "gzip"


def _called_gzip(request: ServerRequest, response: ServerResponse) -> None:
    if "gzip" in request.headers.get("accept-encoding", ""):
        response.headers["content-encoding"] = "gzip"


def _unknown_parameter(request: ServerRequest) -> ServerResponse | None:
    known = {"after", "limit", "order", "id", "variant"}
    is_strange = request.method == "GET" and not request.query.keys() <= known
    return error_response(400, "unknown parameter") if is_strange and request.key else None


def _overridden() -> Mutation:
    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        method = request.headers.get("x-http-method-override")
        changed = replace(request, scope={**request.scope, "method": method}, method=method or "")
        return await serve(changed if method else request)

    return mutation


def _odd_json(request: ServerRequest) -> ServerResponse | None:
    is_odd = request.operation in _CREATES and None in request.fields().values()
    return error_response(500, "AttributeError") if is_odd and request.key else None


def _odd_key(request: ServerRequest) -> ServerResponse | None:
    return None if request.key.isascii() else error_response(500, "UnicodeEncodeError")


DEFECTS = (
    Defect("W03", "a byte order mark stands before JSON", (), ("strict_json",),
           _body(lambda body: b"\xef\xbb\xbf" + body)),
    Defect("W04", "a key stands twice in an object", (), ("strict_json",), _body(_one_more_key)),
    Defect("W05", "a number is NaN", (), ("strict_json",),
           _body(lambda body: body[:-1] + b', "ratio": NaN}')),
    Defect("W06", "JSON is called Latin-1", (), ("strict_json",), changing((), _latin)),
    Defect("W07", "a text has bytes that are no UTF-8", (), ("strict_json",),
           _body(lambda body: body[:-1] + b', "note": "\xff"}')),
    Defect("W08", "the content type stands twice", (), ("header_values",),
           changing((), _repeated)),
    Defect("W09", "Retry-After is a word", (), ("header_values",),
           _refusals("retry-after", "soon")),
    Defect("W10", "Retry-After is ten years", (), ("header_values",),
           _refusals("retry-after", "315360000")),
    Defect("W11", "Date is no date of HTTP", (), ("header_values",),
           _with("date", "2026-01-02T03:04:05Z")),
    Defect("W12", "caches may keep refusals", (), ("caching",),
           _refusals("cache-control", "public, max-age=60")),
    Defect("W13", "every answer has the same request id", ("listVideos", "retrieveVideo"),
           ("request_ids_differ",), _with("x-request-id", "req_1")),
    Defect("W15", "all refusals have the same request id", ("retrieveVideo",),
           ("request_ids_differ",), _refusals("x-request-id", "req_2")),
    Defect("W14", "HEAD has another type than GET", ("listModels", "listVideos"), ("methods",),
           _other_head),
    Defect("W16", "HEAD states another length than GET sends", ("listModels", "listVideos"),
           ("methods",), _heads(_other_length)),
    Defect("W17", "HEAD of a job states another length", ("retrieveVideo",), ("job_head",),
           _heads(_other_length_of_jobs)),
    Defect("W18", "HEAD is not allowed", ("listModels", "retrieveVideo"), ("methods",),
           _heads(_no_head)),
    Defect("W19", "every refusal ends the connection", ("retrieveVideo",), ("connections_kept",),
           _refusals("connection", "close")),
    Defect("W20", "the name of a film leads to other folders", ("downloadVideoContent",),
           ("header_values",), changing(("downloadVideoContent",), _folders)),
    Defect("W21", "a job's ETag never changes", ("retrieveVideo",), ("job_validators",),
           changing(("retrieveVideo",), _same_tag)),
    Defect("W22", "errors are HTML for anyone who takes it", ("retrieveVideo",), ("preferences",),
           changing((), _pages)),
    Defect("W23", "a job comes in gzip, which nobody asked for", ("retrieveVideo",),
           ("reply_syntax",), changing(("retrieveVideo",), _gzipped)),
    Defect("W24", "who asks for gzip gets JSON that is only called so", ("listVideos",),
           ("reply_syntax",), changing(("listVideos",), _called_gzip)),
    Defect("W25", "a header overrides the method", ("listModels", "listVideos"),
           ("preferences",), _overridden),
    Defect("R29", "a null makes a create fail", _CREATES, ("odd_values",), instead(_odd_json)),
    Defect("K14", "a key with letters outside ASCII is a 500", ("listVideos", "listModels"),
           ("key_forms",), instead(_odd_key)),
    Defect("C22", "a read with a parameter that nobody knows is refused", (),
           ("extra_parameters",), instead(_unknown_parameter)),
    Defect("C19", "an undocumented method is a 404", (), ("methods",), instead(_patched)),
    Defect("C20", "Allow names methods that are refused", (), ("methods",),
           changing((), _false_allow)),
    Defect("C21", "every path is answered", (), ("unknown_paths",), instead(_any_path)),
)  # fmt: skip
