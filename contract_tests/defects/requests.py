"""Requests that are taken where they must be refused, or that break the server."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

import httpx

from contract_tests.defects.defect import Defect, asking_otherwise, instead
from contract_tests.defects.wrapping import Answer, Asked, Mutation, Serve, error_answer

_CREATE = ("createVideo",)
_PROMPT = "A cat"


def _mending(
    operations: tuple[str, ...], mend: Callable[[dict[str, Any]], None]
) -> Callable[[], Mutation]:
    """A server that reads a bad request as a good one: fields are mended on their way in."""

    def change(asked: Asked) -> Asked:
        if asked.operation not in operations or asked.method == "GET":
            return asked
        if asked.media_type == "multipart/form-data":
            return _mended_form(asked, mend)
        if asked.media_type != "application/json" or _no_object(asked) or not _is_json(asked.body):
            return asked
        fields = asked.fields()
        before = json.dumps(fields)
        mend(fields)
        return asked if json.dumps(fields) == before else asked.with_json(fields)

    return asking_otherwise(change)


def _mended_form(asked: Asked, mend: Callable[[dict[str, Any]], None]) -> Asked:
    files, fields = _read_form(asked)
    before = dict(fields)
    mend(fields)
    if fields == before:
        return asked
    body, media_type = _write_form(files, fields)
    return asked.with_body(body).with_headers(content_type=media_type)


def _read_form(asked: Asked) -> tuple[dict[str, Any], dict[str, Any]]:
    """Files and text fields of a form; none when it cannot be read."""
    head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
    files: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    for part in BytesParser(policy=HTTP).parsebytes(head + asked.body).iter_parts():
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
    def mend(fields: dict[str, Any]) -> None:
        if name in fields and fields[name] not in allowed:
            fields[name] = allowed[0]

    return mend


def _blank_prompt(fields: dict[str, Any]) -> None:
    if isinstance(fields.get("prompt"), str) and not fields["prompt"].strip():
        fields["prompt"] = _PROMPT


def _long_prompt(fields: dict[str, Any]) -> None:
    if isinstance(fields.get("prompt"), str):
        fields["prompt"] = fields["prompt"][:32000]


def _any_seconds_type(fields: dict[str, Any]) -> None:
    if isinstance(fields.get("seconds"), int):
        fields["seconds"] = str(fields["seconds"])


def _no_image_check(asked: Asked) -> Asked:
    if asked.operation not in _CREATE or asked.media_type != "multipart/form-data":
        return asked
    files, fields = _read_form(asked)
    if "input_reference" not in files:
        return asked
    body, media_type = _write_form({}, fields)
    return asked.with_body(body).with_headers(content_type=media_type)


def _any_body_type(asked: Asked) -> Asked:
    if asked.operation in ("createVideo", "createUnifiedVideo") and asked.fields():
        return asked.with_headers(content_type="application/json")
    return asked


def _lenient_query(name: str, allowed: Callable[[str], bool]) -> Callable[[], Mutation]:
    def change(asked: Asked) -> Asked:
        if name not in asked.query or allowed(asked.query[name]):
            return asked
        kept = {key: value for key, value in asked.query.items() if key != name}
        return replace(asked, query=kept)

    return asking_otherwise(change)


def _failing(is_bad: Callable[[Asked], bool]) -> Callable[[], Mutation]:
    """A server that some requests break."""

    def answer(asked: Asked) -> Answer | None:
        return error_answer(500, "Internal Server Error") if is_bad(asked) else None

    return instead(answer)


def _no_boundary(asked: Asked) -> bool:
    sent = asked.headers.get("content-type", "")
    return asked.media_type == "multipart/form-data" and "boundary" not in sent and bool(asked.body)


def _long(asked: Asked) -> bool:
    return len(asked.body) > 32000 and asked.operation in _CREATE


def _bad_json(asked: Asked) -> bool:
    return asked.media_type == "application/json" and bool(asked.body) and not _is_json(asked.body)


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _untyped(asked: Asked) -> bool:
    return asked.method == "POST" and not asked.headers.get("content-type") and bool(asked.body)


def _no_object(asked: Asked) -> bool:
    return (
        asked.media_type == "application/json"
        and _is_json(asked.body)
        and not isinstance(json.loads(asked.body), dict)
    )


def _empty(asked: Asked) -> bool:
    return asked.method == "POST" and not asked.body and asked.operation != ""


def _early_remix() -> Mutation:
    """A remix of a job that has not ended is taken: a new job of the same kind."""

    async def mutation(asked: Asked, serve: Serve) -> Answer:
        answer = await serve(asked)
        if asked.operation == "remixVideo" and answer.status == 409:
            fields = {"model": "sora-2", "prompt": _PROMPT}
            return await serve(replace(asked, path="/v1/videos", query={}).with_json(fields))
        return answer

    return mutation


def _query_without_id(asked: Asked) -> bool:
    return asked.operation == "queryUnifiedVideo" and not asked.query.get("id")


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
           asking_otherwise(_no_image_check)),
    Defect("R06", "prompt is not required", _CREATE, ("required_fields",),
           _mending(_CREATE, _default("prompt", _PROMPT))),
    Defect("R07", "any seconds are taken", _CREATE, ("allowed_values",),
           _mending(_CREATE, _clamped("seconds", _SECONDS))),
    Defect("R08", "a blank prompt is taken", _CREATE, ("allowed_values",),
           _mending(_CREATE, _blank_prompt)),
    Defect("R09", "any model is taken", _CREATE, ("allowed_values", "refusals"),
           _mending(_CREATE, _clamped("model", _MODELS))),
    Defect("R10", "any type of body is taken", _CREATE, ("body_types",),
           asking_otherwise(_any_body_type)),
    Defect("R11", "a query without an id is a 500", ("queryUnifiedVideo",),
           ("parameters",), _failing(_query_without_id)),
    Defect("R12", "a remix needs no prompt", ("remixVideo",), ("remix_refusals",),
           _mending(("remixVideo",), _default("prompt", _PROMPT)), jobs=5),
    Defect("R13", "seconds may be a number", _CREATE, ("allowed_values",),
           _mending(_CREATE, _any_seconds_type)),
    Defect("R14", "any size is taken", _CREATE, ("allowed_values",),
           _mending(_CREATE, _clamped("size", _SIZES))),
    Defect("R15", "a prompt of any length is taken", _CREATE, ("allowed_values",),
           _mending(_CREATE, _long_prompt)),
    Defect("R16", "any limit is taken", ("listVideos",), ("parameters",),
           _lenient_query("limit", lambda text: text.isdigit() and int(text) <= 100)),
    Defect("R17", "any order is taken", ("listVideos",), ("parameters",),
           _lenient_query("order", lambda text: text in ("asc", "desc"))),
    Defect("R18", "any unified size is taken", ("createUnifiedVideo",), ("allowed_values",),
           _mending(("createUnifiedVideo",), _clamped("size", ("large", "small")))),
    Defect("R19", "a job that has not ended can be remixed", ("remixVideo",),
           ("remix_refusals",),
           _early_remix),
    Defect("R20", "any variant is taken", ("downloadVideoContent",), ("content_variants",),
           _lenient_query("variant", lambda text: text in ("video", "thumbnail", "spritesheet"))),
    Defect("R21", "an empty body is a 500", _CREATE, ("malformed_bodies",), _failing(_empty)),
    Defect("R22", "JSON that is no object is a 500", _CREATE, ("malformed_bodies",),
           _failing(_no_object)),
    Defect("R23", "model is not required", _CREATE, ("required_fields",),
           _mending(_CREATE, _default("model", "sora-2"))),
    Defect("R24", "unified duration is not required", ("createUnifiedVideo",),
           ("required_fields",), _mending(("createUnifiedVideo",), _default("duration", 10))),
    Defect("R25", "the prompt of a remix may be blank", ("remixVideo",), ("remix_refusals",),
           _mending(("remixVideo",), _blank_prompt), jobs=5),
)  # fmt: skip
