"""Keys and schemes that are wrongly accepted or refused, other accounts' jobs, and leaks."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace

from contract_tests.defects.defect import (
    CREATES,
    UNKNOWN,
    Defect,
    changing,
    changing_request,
    instead,
)
from contract_tests.defects.wrapping import (
    Mutation,
    Serve,
    ServerRequest,
    ServerResponse,
    error_response,
    json_response,
)

_VALID = "Bearer sk-valid"


def _any_bearer(*operations: str) -> Callable[[], Mutation]:
    """Accepts every Bearer token, as the last valid one."""
    return _Accepting(operations, lambda request: request.key.startswith("Bearer ")).make


def _open(*operations: str) -> Callable[[], Mutation]:
    return _Accepting(operations, lambda _request: True).make


class _Accepting:
    """Accepts some refused requests, with the last valid key; no operations given means all."""

    def __init__(
        self, operations: tuple[str, ...], is_accepted: Callable[[ServerRequest], bool]
    ) -> None:
        self._operations = operations
        self._is_accepted = is_accepted

    def _is_at(self, operation: str) -> bool:
        return operation in self._operations or not self._operations

    def make(self) -> Mutation:
        valid = [_VALID]

        async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
            response = await serve(request)
            if response.status != 401:
                valid[:] = [request.key]
            elif self._is_at(request.operation) and self._is_accepted(request):
                return await serve(request.with_headers(authorization=valid[0]))
            return response

        return mutation


def _case_matters(request: ServerRequest) -> ServerRequest:
    scheme, _, key = request.key.partition(" ")
    return (
        request if scheme == "Bearer" or not key else request.with_headers(authorization="Bearer")
    )


def _other_schemes(*operations: str) -> Callable[[], Mutation]:
    def is_other(request: ServerRequest) -> bool:
        return not request.key.lower().startswith("bearer ") and bool(request.key)

    return _Accepting(operations, is_other).make


def _shared(*operations: str) -> Callable[[], Mutation]:
    """Finds a job by its id alone: every caller gets the owner's response."""

    def make() -> Mutation:
        owners: dict[str, str] = {}

        async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
            response = await serve(request)
            data = response.json()
            if response.ok and isinstance(data, dict) and "id" in data:
                owners.setdefault(str(data["id"]), request.key)
            owner = owners.get(request.job_id)
            if request.operation in operations and response.status in UNKNOWN and owner:
                return await serve(request.with_headers(authorization=owner))
            return response

        return mutation

    return make


def _revealing(operation: str) -> Callable[[], Mutation]:
    """Other words for somebody else's job than for one that does not exist."""
    make = _forbidding(operation)

    def made() -> Mutation:
        forbidding = make()

        async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
            response = await forbidding(request, serve)
            if response.status != 403:
                return response
            own = await serve(request)
            data = own.json()
            data["error"]["message"] = "This video belongs to another account."
            own.set_json(data)
            return own

        return mutation

    return made


def _forbidding(operation: str) -> Callable[[], Mutation]:
    """Somebody else's job is forbidden, and one that does not exist is unknown."""
    make = _shared(operation)

    def made() -> Mutation:
        shared = make()

        async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
            own, any_ = await serve(request), await shared(request, serve)
            is_hidden = own.status in UNKNOWN and any_.ok
            return error_response(403, "not yours") if is_hidden else own

        return mutation

    return made


def _shared_list() -> Mutation:
    first: list[str] = []

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        if response.status == 401 or request.operation != "listVideos":
            return response
        if not first:
            first.append(request.key)
        return await serve(request.with_headers(authorization=first[0]))

    return mutation


def _no_challenge(_request: ServerRequest, response: ServerResponse) -> None:
    del response.headers["www-authenticate"]


def _forbidden(_request: ServerRequest, response: ServerResponse) -> None:
    if response.status == 401:
        response.status = 403


def _no_key_fails(_request: ServerRequest, response: ServerResponse) -> None:
    if response.status == 401 and b"missing" in response.body:
        response.status = 500


def _before_the_key(status: int, is_bad: Callable[[ServerRequest], bool]) -> Callable[[], Mutation]:
    def response(request: ServerRequest) -> ServerResponse | None:
        is_first = request.method == "POST" and bool(request.operation) and is_bad(request)
        is_known = request.key.startswith("Bearer ") and "invalid" not in request.key
        return error_response(status, "bad request") if is_first and not is_known else None

    return instead(response)


def _refusing_with(message: Callable[[ServerRequest], str]) -> Callable[[], Mutation]:
    """Every refusal has a message that discloses something."""

    def change(request: ServerRequest, response: ServerResponse) -> None:
        if 400 <= response.status < 500:
            refusal = error_response(response.status, message(request))
            response.set_json(refusal.json())

    return changing((), change)


def _secret(request: ServerRequest) -> str:
    return request.key.partition(" ")[2]


def _key_in_hex(request: ServerRequest, response: ServerResponse) -> None:
    response.headers["x-caller"] = _secret(request).encode().hex()


def _traced(request: ServerRequest) -> ServerResponse | None:
    if request.method != "TRACE":
        return None
    response = json_response(200, {})
    response.headers["content-type"] = "message/http"
    lines = (name + b": " + value for name, value in request.headers.raw)
    response.body = b"\r\n".join((b"TRACE / HTTP/1.1", *lines))
    return response


_TRACE = 'Traceback (most recent call last):\n  File "/srv/app/main.py", line 1, in handle'
_HOST = "dial tcp 10.3.0.17:8080: connect: connection refused"


def _upstream_header(_request: ServerRequest, response: ServerResponse) -> None:
    response.headers["x-upstream"] = "http://192.168.4.11:3000/v1/videos"


def _found_by(is_like: Callable[[str, str], bool]) -> Callable[[], Mutation]:
    """Retrieves the first job to whose id an unknown one is like."""

    def make() -> Mutation:
        jobs: list[str] = []

        async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
            response = await serve(request)
            if request.operation == "createVideo" and response.ok:
                jobs.append(response.json()["id"])
            if request.operation == "retrieveVideo" and response.status in UNKNOWN:
                for job in jobs:
                    if is_like(request.job_id, job):
                        return await serve(replace(request, path=f"/v1/videos/{job}"))
            return response

        return mutation

    return make


def _thumbnails_to_all() -> Mutation:
    """Thumbnails that were requested once are given to everybody, and for good."""
    files: dict[str, ServerResponse] = {}

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        if request.query.get("variant") != "thumbnail":
            return response
        if response.ok:
            files[request.path] = response
        return files.get(request.path, response)

    return mutation


DEFECTS = (
    Defect("A01", "content is given without a key", ("downloadVideoContent",),
           ("authentication", "content_key"), _open("downloadVideoContent")),
    Defect("A02", "the list takes any key", ("listVideos",), ("authentication",),
           _any_bearer("listVideos")),
    Defect("A03", "anybody's job can be retrieved", ("retrieveVideo",), ("ownership",),
           _shared("retrieveVideo")),
    Defect("A04", "a 401 does not name the scheme", (), ("challenge",),
           changing((), _no_challenge)),
    Defect("A05", "other schemes than Bearer are taken", ("listModels",), ("authentication",),
           _other_schemes("listModels")),
    Defect("A06", "the scheme's case matters", ("listVideos", "listModels"), ("authentication",),
           changing_request(_case_matters)),
    Defect("A07", "anybody's content can be downloaded", ("downloadVideoContent",),
           ("ownership",), _shared("downloadVideoContent")),
    Defect("A08", "a refused key is a 403", ("queryUnifiedVideo",), ("authentication",),
           changing(("queryUnifiedVideo",), _forbidden)),
    Defect("A09", "a missing key is a 500", ("createUnifiedVideo",), ("authentication",),
           changing(("createUnifiedVideo",), _no_key_fails)),
    Defect("A10", "anybody's job can be deleted", ("deleteVideo",), ("ownership",),
           _shared("deleteVideo")),
    Defect("A11", "anybody's job can be queried", ("queryUnifiedVideo",), ("ownership",),
           _shared("queryUnifiedVideo")),
    Defect("A12", "the list shows somebody else's jobs", ("listVideos",), ("ownership",),
           _shared_list),
    Defect("A18", "a 403 shows that somebody else's job exists", ("retrieveVideo",),
           ("ownership",), _forbidding("retrieveVideo")),
    Defect("A19", "a 404 says that somebody else's job exists", ("retrieveVideo",),
           ("ownership",), _revealing("retrieveVideo")),
    Defect("A20", "a thumbnail is given to anybody and for good", ("downloadVideoContent",),
           ("content_key", "ownership", "deletion"), _thumbnails_to_all),
    Defect("A21", "the beginning of an id finds its job", ("retrieveVideo",), ("exact_ids",),
           _found_by(lambda asked, job: job.startswith(asked))),
    Defect("A22", "an id finds its job in capitals too", ("retrieveVideo",), ("exact_ids",),
           _found_by(lambda asked, job: asked.lower() == job)),
    Defect("A23", "a wildcard finds a job", ("retrieveVideo",), ("exact_ids",),
           _found_by(lambda asked, _job: "%" in asked)),
    Defect("A13", "the models are listed without a key", ("listModels",), ("authentication",),
           _open("listModels")),
    Defect("A14", "a job is deleted with any key", ("deleteVideo",), ("authentication",),
           _any_bearer("deleteVideo")),
    Defect("A15", "no operation looks at the key", (), ("authentication",), _open()),
    Defect("A16", "an unreadable body is a 400 before the key is looked at", CREATES,
           ("authentication",), _before_the_key(400, lambda request: not request.fields())),
    Defect("A17", "a type of body is a 415 before the key is looked at", CREATES,
           ("authentication",),
           _before_the_key(415, lambda request: request.media_type == "text/plain")),
    Defect("X01", "a refusal repeats the key", (), ("leaks",),
           _refusing_with(lambda request: f"refused for {request.key}")),
    Defect("X02", "a header names an internal address", (), ("leaks",),
           changing((), _upstream_header)),
    Defect("X03", "a refusal shows a stack trace", (), ("leaks",),
           _refusing_with(lambda _request: _TRACE)),
    Defect("X05", "a refusal repeats the key in base64", (), ("leaks",),
           _refusing_with(lambda request: b64encode(_secret(request).encode()).decode())),
    Defect("X06", "a refusal repeats the key in capitals", (), ("leaks",),
           _refusing_with(lambda request: _secret(request).upper())),
    Defect("X07", "a header has the key in hexadecimal digits", (), ("leaks",),
           changing((), _key_in_hex)),
    Defect("X08", "TRACE repeats the request", (), ("methods",), instead(_traced)),
    Defect("X04", "a refusal names an internal address", (), ("leaks",),
           _refusing_with(lambda _request: _HOST)),
)  # fmt: skip
