"""Lenient validation: accepts what strict validation refuses if the documented types allow it."""

from collections.abc import Mapping
from dataclasses import replace
from math import inf
from typing import Any

from mock_server.faults.operations import CREATES
from mock_server.http.errors import INVALID_VALUE, ApiError
from mock_server.http.exchange import Body
from mock_server.http.modes.types_only import TypeRules
from mock_server.jobs.formats.wire import is_upright
from mock_server.jobs.models import LONGEST_NAME
from openapi.contract.requests import QueryParameter, RequestBody

# Operations with documented requests. Webhook endpoints are not among them: this server itself
# sends requests to the addresses in them.
_TAKEN = frozenset({*CREATES, "createVideoCharacter", "createSoraCharacter"})
# The two formats have different names for the length of a video.
_OTHER_NAMES = {"seconds": "duration", "duration": "seconds"}
_FLAGS = frozenset({"true", "false"})


def takes(operation_id: str) -> bool:
    """Whether only the types of requests to an operation are checked."""
    return operation_id in _TAKEN


def take(
    types: TypeRules,
    rule: RequestBody,
    body: Body,
    *,
    problem: ApiError | None,
    default_model: str | None,
) -> Body:
    """The body with defaults for what is missing.

    ``problem`` is why strict validation refuses it, ``default_model`` the dialect's.

    Raises:
        ApiError: the ``problem``; the types do not allow the body either.
    """
    taken = _normalized(body, rule, default_model or _first_model(rule))
    if problem is None:
        return taken
    fields = taken.values
    model = fields.get("model")
    long = isinstance(model, str) and len(model) > LONGEST_NAME
    if long or not types.allow(rule, fields, whole=False):
        raise problem
    return taken


def substitute(rule: QueryParameter, text: str, problem: ApiError) -> Any:
    """The value used for a query parameter with an invalid one: the nearest number or the default.

    Raises:
        ApiError: the ``problem``; it is about the parameter's type, or how often it was sent.
    """
    if problem.error_kind is not INVALID_VALUE:
        raise problem
    if not rule.integer:
        return rule.default
    number = max(rule.schema.get("minimum", -inf), min(rule.schema.get("maximum", inf), int(text)))
    return int(number)


def _first_model(rule: RequestBody) -> str:
    return next((str(model) for variant in rule.variants for model in variant.models), "")


def _normalized(body: Body, rule: RequestBody, model: str) -> Body:
    """The body with the documented names and types, and with defaults for missing fields."""
    fields = {name: _as_documented(rule, name, value) for name, value in body.fields.items()}
    if rule.by_model:
        fields.setdefault("model", model)
    if "prompt" in rule.fields:
        fields.setdefault("prompt", "")
    for name, other in _OTHER_NAMES.items():
        if name in rule.fields and other not in rule.fields and other in fields:
            fields.setdefault(name, _as_documented(rule, name, fields[other]))
    _add_shape(fields, rule)
    return replace(body, fields=fields)


def _add_shape(fields: dict[str, Any], rule: RequestBody) -> None:
    """Derive a missing size or orientation from the aspect ratio."""
    ratio = fields.get("aspect_ratio")
    upright = is_upright(ratio) if isinstance(ratio, str) else None
    if upright is None:
        return
    if "orientation" in rule.fields:
        fields.setdefault("orientation", "portrait" if upright else "landscape")
    if "size" in rule.fields:
        fields.setdefault("size", ratio)


def _as_documented(rule: RequestBody, name: str, value: Any) -> Any:
    """A number or a flag as a text, if the pages document the field as such a text."""
    if not isinstance(value, bool | int):
        return value
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if any(_lists_like(each.at([name]), value) for each in rule.variants) else value


def _lists_like(field: Mapping[str, Any], value: object) -> bool:
    """Whether a text field lists only flags, or only whole numbers, like ``value``."""
    listed = field.get("enum", ())
    if field.get("type") != "string" or not listed:
        return False
    if isinstance(value, bool):
        return set(listed) >= _FLAGS
    return all(isinstance(each, str) and each.isdecimal() for each in listed)
