"""Refusals with another status or for another reason than they should have."""

from collections.abc import Callable
from typing import Any

from contract_tests.defects.defect import Defect, changing, instead
from contract_tests.defects.requests import fields_of
from contract_tests.defects.wrapping import (
    Mutation,
    ServerRequest,
    ServerResponse,
    error_response,
)

_CREATE = ("createVideo",)
_UNIFIED = ("createUnifiedVideo",)
_WITH_PROMPT = (*_CREATE, *_UNIFIED, "remixVideo", "editVideo", "extendVideo")


def _refusing(
    operations: tuple[str, ...], is_refused: Callable[[dict[str, Any]], bool]
) -> Callable[[], Mutation]:
    """Refuses what is documented, before anything else."""

    def response(request: ServerRequest) -> ServerResponse | None:
        is_wrong = request.operation in operations and bool(request.key)
        if is_wrong and is_refused(fields_of(request)):
            return error_response(400, "not supported", "invalid_value")
        return None

    return instead(response)


def _to(status: int, is_changed: Callable[[ServerResponse], bool]) -> Callable[[], Mutation]:
    def change(_request: ServerRequest, response: ServerResponse) -> None:
        if is_changed(response):
            response.status = status

    return changing((), change)


def _saying(code: str) -> Callable[[ServerResponse], bool]:
    return lambda response: response.status >= 400 and code.encode() in response.body


def _all_conflicts(request: ServerRequest, response: ServerResponse) -> None:
    if request.method == "POST" and response.status in (400, 404):
        response.status = 409


def _blaming_prompt(_request: ServerRequest, response: ServerResponse) -> None:
    data = response.json()
    error = data.get("error") if isinstance(data, dict) else None
    if isinstance(error, dict) and error.get("param") == "model":
        error["param"] = "prompt"
        response.set_json(data)


def _starts(name: str, text: str) -> Callable[[dict[str, Any]], bool]:
    return lambda fields: str(fields.get(name)).startswith(text)


def _private(fields: dict[str, Any]) -> bool:
    return str(fields.get("private")).lower() == "true"


def _charset(request: ServerRequest) -> ServerResponse | None:
    is_json = request.media_type == "application/json"
    is_named = is_json and "charset" in request.headers["content-type"]
    return error_response(415, "application/json only") if is_named and request.key else None


def _capitals(request: ServerRequest) -> ServerResponse | None:
    is_named = request.headers.get("content-type", "").startswith("Application/JSON")
    return error_response(415, "application/json only") if is_named and request.key else None


def _largest_limit(request: ServerRequest) -> ServerResponse | None:
    is_largest = request.operation == "listVideos" and request.query.get("limit") == "100"
    return error_response(400, "too many") if is_largest else None


DEFECTS = (
    Defect("B01", "whatever is wrong is a conflict", (), ("blame",), changing((), _all_conflicts)),
    Defect("B02", "the prompt is blamed for a wrong model", _CREATE, ("blame",),
           changing(_CREATE, _blaming_prompt)),
    Defect("B03", "12 seconds are refused", _CREATE, ("documented_values",),
           _refusing(_CREATE, _starts("seconds", "12"))),
    Defect("B04", "watermark is refused", _CREATE, ("documented_values",),
           _refusing(_CREATE, lambda fields: "watermark" in fields)),
    Defect("B05", "a duration of 15 is refused", _UNIFIED, ("documented_values",),
           _refusing(_UNIFIED, _starts("duration", "15"))),
    Defect("B06", "a prompt may have letters of ASCII only", _WITH_PROMPT, ("documented_values",),
           _refusing(_WITH_PROMPT, lambda fields: not str(fields.get("prompt", "")).isascii())),
    Defect("B07", "a prompt as long as is documented is refused", _CREATE,
           ("documented_values",),
           _refusing(_CREATE, lambda fields: len(str(fields.get("prompt", ""))) == 32000)),
    Defect("B08", "an extension by 8 seconds is refused", ("extendVideo",),
           ("documented_values",), _refusing(("extendVideo",), _starts("seconds", "8"))),
    Defect("B09", "a value that is not allowed is a 403", _CREATE, ("allowed_values",),
           _to(403, _saying("invalid_value"))),
    Defect("B10", "a missing field is a 404", _CREATE, ("required_fields",),
           _to(404, _saying("missing_required_parameter"))),
    Defect("B11", "unreadable JSON is a 415", _CREATE, ("malformed_bodies",),
           _to(415, _saying("invalid_json"))),
    Defect("B12", "a type of body that is not taken is a 400", _CREATE, ("body_types",),
           _to(400, lambda response: response.status == 415)),
    Defect("B14", "the largest documented limit is refused", ("listVideos",), ("parameters",),
           instead(_largest_limit)),
    Defect("B15", "private videos are refused", (*_CREATE, *_UNIFIED), ("documented_values",),
           _refusing((*_CREATE, *_UNIFIED), _private)),
    Defect("B16", "JSON that names its charset is refused", (*_CREATE, *_UNIFIED),
           ("json_types",), instead(_charset)),
    Defect("B17", "JSON whose type is in capitals is refused", (*_CREATE, *_UNIFIED),
           ("json_types",), instead(_capitals)),
    Defect("B13", "a limit that is not allowed is a 404", ("listVideos",), ("parameters",),
           _to(404, _saying("invalid_value"))),
)  # fmt: skip
