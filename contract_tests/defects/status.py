"""Wrong status codes, and wrong responses to unknown jobs, methods and paths."""

from collections.abc import Callable
from dataclasses import replace

from contract_tests.defects.defect import Defect, changing, changing_request, instead
from contract_tests.defects.wrapping import (
    ServerRequest,
    ServerResponse,
    error_response,
    json_response,
)


def _turned(old: int, new: int) -> Callable[[ServerRequest, ServerResponse], None]:
    def change(_request: ServerRequest, response: ServerResponse) -> None:
        if response.status == old:
            response.status = new

    return change


def _bad_value_is_500(_request: ServerRequest, response: ServerResponse) -> None:
    if response.status == 400 and b"invalid_value" in response.body:
        response.status = 500


def _empty_for_unknown(_request: ServerRequest, response: ServerResponse) -> None:
    if response.status == 404:
        response.status = 200
        response.set_json({})


def _deleted_anyway(request: ServerRequest, response: ServerResponse) -> None:
    if response.status == 404:
        response.status = 200
        response.set_json({"id": request.job_id, "object": "video.deleted", "deleted": True})


def _no_allow(_request: ServerRequest, response: ServerResponse) -> None:
    del response.headers["allow"]


def _any_method(request: ServerRequest) -> ServerResponse | None:
    return json_response(200, {"ok": True}) if request.method in ("PUT", "PATCH") else None


def _method_fails(request: ServerRequest) -> ServerResponse | None:
    known = ("GET", "HEAD", "POST", "DELETE", "OPTIONS")
    return None if request.method in known else error_response(500, "unsupported")


def _options_fails(request: ServerRequest) -> ServerResponse | None:
    return error_response(500, "no route") if request.method == "OPTIONS" else None


def _head_fails(request: ServerRequest) -> ServerResponse | None:
    return error_response(500, "no body") if request.method == "HEAD" else None


def _strange_id_fails(request: ServerRequest) -> ServerResponse | None:
    return error_response(500, "syntax error") if "'" in request.job_id else None


def _without_unknown_after(request: ServerRequest) -> ServerRequest:
    if "ab5e47ab" not in request.query.get("after", ""):
        return request
    return replace(request, query={})


DEFECTS = (
    Defect("C01", "an unknown job is a 400", ("retrieveVideo",), ("unknown_job",),
           changing(("retrieveVideo", "queryUnifiedVideo"), _turned(404, 400))),
    Defect("C02", "a value that is not allowed is a 500", ("createVideo",),
           ("allowed_values", "server_errors"),
           changing((), _bad_value_is_500)),
    Defect("C03", "an unknown job is a 500", ("downloadVideoContent",), ("unknown_job",),
           changing(("downloadVideoContent",), _turned(404, 500))),
    Defect("C04", "an unknown job is an empty object", ("retrieveVideo", "queryUnifiedVideo"),
           ("unknown_job",),
           changing(("retrieveVideo", "queryUnifiedVideo"), _empty_for_unknown)),
    Defect("C05", "a 405 does not say what is allowed", (), ("methods",), changing((), _no_allow)),
    Defect("C06", "deleting a job that never was succeeds", ("deleteVideo",), ("unknown_job",),
           changing(("deleteVideo",), _deleted_anyway)),
    Defect("C07", "a missing field is an undocumented 422", ("createVideo",),
           ("documented_answers",), changing(("createVideo",), _turned(400, 422))),
    Defect("C08", "a create is answered 202", ("createVideo",), ("documented_answers",),
           changing(("createVideo",), _turned(200, 202))),
    Defect("C09", "a create is answered 201", ("createVideo",), ("documented_answers",),
           changing(("createVideo",), _turned(200, 201))),
    Defect("C10", "a deletion is answered 204", ("deleteVideo",), ("documented_answers",),
           changing(("deleteVideo",), _turned(200, 204))),
    Defect("C11", "any method is answered", (), ("methods",),
           instead(_any_method)),
    Defect("C12", "an unknown method is a 500", (), ("methods",),
           instead(_method_fails)),
    Defect("C13", "OPTIONS is a 500", (), ("methods",),
           instead(_options_fails)),
    Defect("C14", "HEAD is a 500", ("retrieveVideo", "listVideos"), ("methods",),
           instead(_head_fails)),
    Defect("C16", "an id of signs is a 500", ("retrieveVideo", "queryUnifiedVideo"),
           ("unknown_job",), instead(_strange_id_fails)),
    Defect("C17", "a list after an unknown job begins anew", ("listVideos",), ("unknown_job",),
           changing_request(_without_unknown_after)),
    Defect("C18", "whatever is unknown is an empty object", (), ("unknown_job",),
           changing((), _empty_for_unknown)),
    Defect("C15", "an unknown job cannot be distinguished from a server error when queried",
           ("queryUnifiedVideo",), ("unknown_job",),
           changing(("queryUnifiedVideo",), _turned(404, 503))),
)  # fmt: skip
