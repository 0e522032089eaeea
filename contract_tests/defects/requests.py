"""Requests that are accepted although they must be refused, or that break the server."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

import httpx

from contract_tests.defects.defect import Defect, changing, changing_request, instead
from contract_tests.defects.wrapping import (
    Mutation,
    Serve,
    ServerRequest,
    ServerResponse,
    error_response,
)

_CREATE = ("createVideo",)
_PROMPT = "A cat"


def fields_of(request: ServerRequest) -> dict[str, Any]:
    """The text fields of a JSON body or a form; empty when it has none that can be read."""
    if request.media_type != "multipart/form-data":
        return request.fields()
    return _read_form(request)[1]


def _fixing(
    operations: tuple[str, ...], fix: Callable[[dict[str, Any]], None]
) -> Callable[[], Mutation]:
    """Accepts an invalid request by fixing its fields first."""

    def change(request: ServerRequest) -> ServerRequest:
        if request.operation not in operations or request.method == "GET":
            return request
        if request.media_type == "multipart/form-data":
            return _fixed_form(request, fix)
        if (
            request.media_type != "application/json"
            or _is_no_object(request)
            or not _is_json(request.body)
        ):
            return request
        fields = request.fields()
        before = json.dumps(fields)
        fix(fields)
        return request if json.dumps(fields) == before else request.with_json(fields)

    return changing_request(change)


def _fixed_form(request: ServerRequest, fix: Callable[[dict[str, Any]], None]) -> ServerRequest:
    files, fields = _read_form(request)
    before = dict(fields)
    fix(fields)
    if fields == before:
        return request
    body, media_type = _write_form(files, fields)
    return request.with_body(body).with_headers(content_type=media_type)


def _read_form(request: ServerRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    """Files and text fields of a form; empty when it cannot be read."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    files: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    for part in BytesParser(policy=HTTP).parsebytes(head + request.body).iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        content: Any = part.get_payload(decode=True)
        if part.get_filename() is not None:
            files[name] = part.get_filename(), content, part.get_content_type()
        else:
            fields[name] = content.decode("utf-8", "replace")
    return files, fields


def _write_form(files: Mapping[str, Any], fields: Mapping[str, Any]) -> tuple[bytes, str]:
    parts = [*((name, (None, str(value))) for name, value in fields.items()), *files.items()]
    request = httpx.Request("POST", "http://x", files=parts)
    return request.read(), request.headers["content-type"]


def _default(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda fields: fields.update({name: fields.get(name, value)})


def _clamped(name: str, allowed: tuple[Any, ...]) -> Callable[[dict[str, Any]], None]:
    def fix(fields: dict[str, Any]) -> None:
        if name in fields and fields[name] not in allowed:
            fields[name] = allowed[0]

    return fix


def _blank_prompt(fields: dict[str, Any]) -> None:
    if isinstance(fields.get("prompt"), str) and not fields["prompt"].strip():
        fields["prompt"] = _PROMPT


def _long_prompt(fields: dict[str, Any]) -> None:
    if isinstance(fields.get("prompt"), str):
        fields["prompt"] = fields["prompt"][:32000]


def _any_seconds_type(fields: dict[str, Any]) -> None:
    if isinstance(fields.get("seconds"), int):
        fields["seconds"] = str(fields["seconds"])


def _no_image_check(request: ServerRequest) -> ServerRequest:
    if request.operation not in _CREATE or request.media_type != "multipart/form-data":
        return request
    files, fields = _read_form(request)
    if "input_reference" not in files:
        return request
    body, media_type = _write_form({}, fields)
    return request.with_body(body).with_headers(content_type=media_type)


def _any_body_type(request: ServerRequest) -> ServerRequest:
    if request.operation in ("createVideo", "createUnifiedVideo") and request.fields():
        return request.with_headers(content_type="application/json")
    return request


def _lenient_query(name: str, allowed: Callable[[str], bool]) -> Callable[[], Mutation]:
    def change(request: ServerRequest) -> ServerRequest:
        if name not in request.query or allowed(request.query[name]):
            return request
        kept = {key: value for key, value in request.query.items() if key != name}
        return replace(request, query=kept)

    return changing_request(change)


def _failing(is_bad: Callable[[ServerRequest], bool]) -> Callable[[], Mutation]:
    """Some requests break the server."""

    def response(request: ServerRequest) -> ServerResponse | None:
        return error_response(500, "Internal Server Error") if is_bad(request) else None

    return instead(response)


def _no_boundary(request: ServerRequest) -> bool:
    sent = request.headers.get("content-type", "")
    return (
        request.media_type == "multipart/form-data"
        and "boundary" not in sent
        and bool(request.body)
    )


def _long(request: ServerRequest) -> bool:
    return len(request.body) > 32000 and request.operation in _CREATE


def _bad_json(request: ServerRequest) -> bool:
    return (
        request.media_type == "application/json"
        and bool(request.body)
        and not _is_json(request.body)
    )


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _untyped(request: ServerRequest) -> bool:
    return (
        request.method == "POST" and not request.headers.get("content-type") and bool(request.body)
    )


def _is_no_object(request: ServerRequest) -> bool:
    return (
        request.media_type == "application/json"
        and _is_json(request.body)
        and not isinstance(json.loads(request.body), dict)
    )


def _empty(request: ServerRequest) -> bool:
    return request.method == "POST" and not request.body and request.operation != ""


def _unreadable(request: ServerRequest) -> bool:
    return any(each(request) for each in (_no_boundary, _bad_json, _untyped, _is_no_object, _empty))


def _of_other_type(request: ServerRequest) -> bool:
    return request.media_type in ("text/plain", "application/xml")


def _outage(request: ServerRequest, response: ServerResponse) -> None:
    if request.method == "POST" and 400 <= response.status < 500 and response.status != 401:
        response.status = 503


def _early_remix() -> Mutation:
    """A remix of a job that has not ended is taken: a new job of the same kind."""

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        if request.operation == "remixVideo" and response.status == 409:
            fields = {"model": "sora-2", "prompt": _PROMPT}
            return await serve(replace(request, path="/v1/videos", query={}).with_json(fields))
        return response

    return mutation


def _query_without_id(request: ServerRequest) -> bool:
    return request.operation == "queryUnifiedVideo" and not request.query.get("id")


_SECONDS = ("4", "8", "12", "10")
_SIZES = ("720x1280", "1280x720", "1024x1792", "1792x1024", "16x9", "9x16")
_MODELS = ("sora-2", "sora-2-pro", "veo_3_1", "veo_3_1-fast")

DEFECTS = (
    Defect("R01", "a form without a boundary is a 500", _CREATE, ("malformed_bodies",),
           _failing(_no_boundary)),
    Defect("R02", "broken JSON is a 500", _CREATE, ("malformed_bodies",), _failing(_bad_json)),
    Defect("R03", "an over-long prompt is a 500", _CREATE,
           ("refusals", "allowed_values"), _failing(_long)),
    Defect("R04", "a body without a type is a 500", _CREATE,
           ("malformed_bodies",), _failing(_untyped)),
    Defect("R05", "a file that is no image is taken", _CREATE, ("reference_image",),
           changing_request(_no_image_check)),
    Defect("R06", "prompt is not required", _CREATE, ("required_fields",),
           _fixing(_CREATE, _default("prompt", _PROMPT))),
    Defect("R07", "any seconds are taken", _CREATE, ("allowed_values",),
           _fixing(_CREATE, _clamped("seconds", _SECONDS))),
    Defect("R08", "a blank prompt is taken", _CREATE, ("allowed_values",),
           _fixing(_CREATE, _blank_prompt)),
    Defect("R09", "any model is taken", _CREATE, ("allowed_values", "refusals"),
           _fixing(_CREATE, _clamped("model", _MODELS))),
    Defect("R10", "any type of body is taken", _CREATE, ("body_types",),
           changing_request(_any_body_type)),
    Defect("R11", "a query without an id is a 500", ("queryUnifiedVideo",),
           ("parameters",), _failing(_query_without_id)),
    Defect("R12", "a remix needs no prompt", ("remixVideo",), ("remix_refusals",),
           _fixing(("remixVideo",), _default("prompt", _PROMPT)), jobs=5),
    Defect("R13", "seconds may be a number", _CREATE, ("allowed_values",),
           _fixing(_CREATE, _any_seconds_type)),
    Defect("R14", "any size is taken", _CREATE, ("allowed_values",),
           _fixing(_CREATE, _clamped("size", _SIZES))),
    Defect("R15", "a prompt of any length is taken", _CREATE, ("allowed_values",),
           _fixing(_CREATE, _long_prompt)),
    Defect("R16", "any limit is taken", ("listVideos",), ("parameters",),
           _lenient_query("limit", lambda text: text.isdigit() and int(text) <= 100)),
    Defect("R17", "any order is taken", ("listVideos",), ("parameters",),
           _lenient_query("order", lambda text: text in ("asc", "desc"))),
    Defect("R18", "any unified size is taken", ("createUnifiedVideo",), ("allowed_values",),
           _fixing(("createUnifiedVideo",), _clamped("size", ("large", "small")))),
    Defect("R19", "a job that has not ended can be remixed", ("remixVideo",),
           ("remix_refusals",),
           _early_remix),
    Defect("R20", "any variant is taken", ("downloadVideoContent",), ("content_variants",),
           _lenient_query("variant", lambda text: text in ("video", "thumbnail", "spritesheet"))),
    Defect("R21", "an empty body is a 500", _CREATE, ("malformed_bodies",), _failing(_empty)),
    Defect("R22", "JSON that is no object is a 500", _CREATE, ("malformed_bodies",),
           _failing(_is_no_object)),
    Defect("R26", "a body that cannot be read is a 500", (), ("malformed_bodies",),
           _failing(_unreadable)),
    Defect("R27", "a body of another type is a 500", (), ("body_types",), _failing(_of_other_type)),
    Defect("R28", "a refusal is called an outage", (), ("refusals",), changing((), _outage)),
    Defect("R23", "model is not required", _CREATE, ("required_fields",),
           _fixing(_CREATE, _default("model", "sora-2"))),
    Defect("R24", "unified duration is not required", ("createUnifiedVideo",),
           ("required_fields",), _fixing(("createUnifiedVideo",), _default("duration", 10))),
    Defect("R25", "the prompt of a remix may be blank", ("remixVideo",), ("remix_refusals",),
           _fixing(("remixVideo",), _blank_prompt), jobs=5),
)  # fmt: skip
