"""How numbers and truth values look in a form, where everything but a file travels as text."""

import json
import re
from collections.abc import Sequence
from typing import Any

from openapi.merging.number_patterns import limited_form

_FORMS: dict[str, dict[str, Any]] = {
    "integer": {"pattern": "^-?[0-9]+$"},
    "number": {"pattern": "^-?[0-9]+([.][0-9]+)?$"},
    "boolean": {"enum": ["true", "false"]},
}
# What text cannot be held to; kept beside the text under `x-declared`.
_MOVED = frozenset(
    {"type", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
)


def as_text(schema: dict[str, Any], documented: Sequence[Any]) -> dict[str, Any]:
    """The schema of a form field: a number or a truth value becomes text of its form.

    Limits of a number become part of the form. A form, or a limit, that the page's own example or
    default does not keep to is not demanded.
    """
    if schema.get("type") == "array" and isinstance(schema.get("items"), dict):
        return schema | {"items": as_text(schema["items"], ())}
    form = _FORMS.get(schema.get("type", ""))
    if form is None:
        return schema
    kept = {key: value for key, value in schema.items() if key not in _MOVED}
    kept["x-declared"] = {key: value for key, value in schema.items() if key in _MOVED}
    if "enum" in kept:
        kept["enum"] = [text_of(value) for value in kept["enum"]]
    else:
        forms = filter(None, (limited_form(schema), form))
        kept |= next((each for each in forms if is_kept(each, documented)), {})
    return kept | {"type": "string"}


def text_of(value: Any) -> Any:
    """A scalar as a form carries it, a list item by item; files and objects stay as they are."""
    if isinstance(value, list):
        return [text_of(item) for item in value]
    return json.dumps(value) if isinstance(value, bool | int | float) else value


def is_kept(form: dict[str, Any], documented: Sequence[Any]) -> bool:
    """Whether everything that the page shows has a form."""
    return all(_has_form(text_of(value), form) for value in documented if value is not None)


def _has_form(text: Any, form: dict[str, Any]) -> bool:
    if "enum" in form:
        return text in form["enum"]
    return isinstance(text, str) and re.search(form["pattern"], text) is not None
