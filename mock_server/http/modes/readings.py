"""How a lenient gateway reads a create: fields under other names, and numbers sent for texts."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mock_server.http.exchange import Body
from mock_server.jobs.formats.wire import is_upright
from openapi.contract.requests import RequestBody

# Each length is known by the name that the other family has for it.
_OTHER_NAMES = {"seconds": "duration", "duration": "seconds"}
_FLAGS = frozenset({"true", "false"})


def read(body: Body, rule: RequestBody, model: str) -> Body:
    """The body with what was left out, or said in another way, where the handlers look for it."""
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
    """Let an aspect ratio say what no size, or no orientation, says."""
    ratio = fields.get("aspect_ratio")
    upright = is_upright(ratio) if isinstance(ratio, str) else None
    if upright is None:
        return
    if "orientation" in rule.fields:
        fields.setdefault("orientation", "portrait" if upright else "landscape")
    if "size" in rule.fields:
        fields.setdefault("size", ratio)


def _as_documented(rule: RequestBody, name: str, value: Any) -> Any:
    """A number or a flag as the text that a page's form has for it: a form has no other types."""
    if not isinstance(value, bool | int):
        return value
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if any(_is_such_a_text(each.at([name]), value) for each in rule.variants) else value


def _is_such_a_text(field: Mapping[str, Any], value: object) -> bool:
    """Whether a field is a text that lists nothing but flags, or nothing but whole numbers."""
    listed = field.get("enum", ())
    if field.get("type") != "string" or not listed:
        return False
    if isinstance(value, bool):
        return set(listed) >= _FLAGS
    return all(isinstance(each, str) and each.isdecimal() for each in listed)
