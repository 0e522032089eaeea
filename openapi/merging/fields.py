"""A field of a page as a schema of the contract, each value with its line.

A value is documented if the page lists it, shows it in a request example or states it as default. A
closed field, for which the page lists values, takes only documented values.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from openapi.merging.schemas import as_text, copied, is_placeholder, text_of, widened
from openapi.pages.documented import DocumentedPage
from openapi.pages.field import Cited, Field

_NO_SCALAR = frozenset({"items", "properties", "anyOf", "oneOf", "allOf", "not"})


def documented_defaults(field: Field) -> list[Cited]:
    """The defaults that a page states, without templates."""
    return [cited for cited in field.defaults() if not is_placeholder(cited[0])]


def field_schema(field: Field, *, closed: bool, is_text: bool = False) -> dict[str, Any]:
    """The schema of a field; with ``is_text`` for a form, in which every value is text."""
    schema = copied(field.page, field.pointer)
    for said in ("example", "default"):
        schema.pop(said, None)
    schema["x-source"] = field.page.cite(field.pointer)
    for keyword, (limit, pointer) in field.bounds():
        schema[keyword] = limit
        schema.setdefault("x-sources", {})[keyword] = field.page.cite(pointer)
    shown, defaults, listed = list(field.shown), documented_defaults(field), list(field.listed())
    if schema.get("format") == "binary":
        return schema | ({"x-shown": shown[0][0]} if shown else {})
    if is_text:
        schema = as_text(schema, [value for value, _ in shown + defaults + listed])
        shown, defaults, listed = map(_texts, (shown, defaults, listed))
    if closed and _is_scalar(schema):
        schema |= _enumeration(field.page, [*shown, *defaults, *listed])
    schema = widened(schema, [*schema.get("enum", ()), *(value for value, _ in shown + defaults)])
    annotations = {"example": shown, "default": defaults}
    return schema | {
        keyword: values[0][0]
        for keyword, values in annotations.items()
        if values and values[0][0] is not None
    }


def _texts(values: Sequence[Cited]) -> list[Cited]:
    return [(text_of(value), pointer) for value, pointer in values]


def _is_scalar(schema: Mapping[str, Any]) -> bool:
    return _NO_SCALAR.isdisjoint(schema) and schema.get("type") not in ("array", "object")


def _enumeration(page: DocumentedPage, values: Sequence[Cited]) -> dict[str, Any]:
    """The enum; a value in several places cites the last, which lists it."""
    cited = {json.dumps(value): (value, page.cite(pointer)) for value, pointer in values}
    found = [pair for pair in cited.values() if pair[0] is not None]
    if not found:
        return {}
    return {
        "enum": [value for value, _ in found],
        "x-enum-sources": {str(value): source for value, source in found},
    }
