"""Finds parts of a page that OpenAPI does not allow, and omits or corrects each.

Exports hold empty keys, misspelt types, lists without members and schemes of types that do not
exist. None of these is a reason to refuse a page: the rest of it is still useful.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from openapi.documents.places import VALUES, is_map_of_names, is_name
from openapi.documents.pointers import Steps

_TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
_CHOICES = frozenset({"anyOf", "oneOf", "allOf"})
_HOLD_SCHEMAS = frozenset({"properties", "patternProperties", "schemas"})
_ARE_SCHEMAS = frozenset({"schema", "items", "additionalProperties", "not"})
# Keywords for which null is a value, rather than a key that was left empty.
_MAY_BE_NULL = frozenset({*VALUES, "const"}) - {"examples"}
_SCHEMES = ("components", "securitySchemes")
_SCHEME_DEPTH = 3
_LONGEST = 60
_RESPONSE_DEPTH = 5
_STATUS = re.compile(r"^(?:[1-5](?:[0-9]{2}|XX)|default|x-.*)$")
# A number in their place is a text without its quotes.
_TEXTS = frozenset({"summary", "description"})


@dataclass(frozen=True, slots=True)
class InvalidPart:
    """One part: its place on the page, and what is wrong with it."""

    pointer: Steps
    what: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A page's document without its invalid parts, and those parts in the page's order."""

    data: Any
    left_out: tuple[InvalidPart, ...]


def without_invalid_parts(data: Any) -> Cleaned:
    """Leave out of a page what OpenAPI does not allow; the page's own data is not changed."""
    found: list[InvalidPart] = []
    cleaning = _Cleaning(frozenset(_demanded_schemes(data)), found)
    return Cleaned(cleaning.clean(data, ()), tuple(found))


@dataclass(frozen=True, slots=True)
class _Cleaning:
    demanded: frozenset[str]
    found: list[InvalidPart]

    def clean(self, node: Any, here: Steps) -> Any:
        if isinstance(node, Mapping):
            return dict(self._entries(node, here))
        if isinstance(node, list):
            return [self.clean(item, (*here, index)) for index, item in enumerate(node)]
        return node

    def _entries(self, node: Mapping[str, Any], here: Steps) -> Iterator[tuple[str, Any]]:
        names, schema = is_map_of_names(here), _is_schema(here)
        for key, value in node.items():
            step = (*here, key)
            if names:
                yield from self._named(step, value)
            elif value is None and key not in _MAY_BE_NULL and not key.startswith("x-"):
                self._leave_out(step, f"{key} is empty")
            elif schema and (what := _invalid(key, value)):
                yield from self._settled(step, value, what)
            elif key in VALUES or key.startswith("x-"):
                yield key, value
            elif key in _TEXTS and _is_number(value):
                yield key, str(value)
            else:
                yield key, self.clean(value, step)

    def _named(self, here: Steps, value: Any) -> Iterator[tuple[str, Any]]:
        name = str(here[-1])
        if here[:2] == _SCHEMES and len(here) == _SCHEME_DEPTH:
            yield from self._scheme(here, value)
        elif here[-2] in _HOLD_SCHEMAS and not isinstance(value, Mapping | bool):
            self._leave_out(here, f"the schema of {name} is none")
            yield name, {}
        elif value is None:
            self._leave_out(here, f"{name} is empty")
        elif here[-2] == "responses" and len(here) == _RESPONSE_DEPTH and not _STATUS.match(name):
            self._leave_out(here, f"{name} is no status")
        else:
            yield name, self.clean(value, here)

    def _settled(self, here: Steps, value: Any, what: str) -> Iterator[tuple[str, Any]]:
        self._leave_out(here, what)
        if (here[-1], value) == ("type", "file"):
            yield from (("type", "string"), ("format", "binary"))

    def _scheme(self, here: Steps, value: Any) -> Iterator[tuple[str, Any]]:
        name, kind = str(here[-1]), value.get("type") if isinstance(value, Mapping) else None
        if isinstance(value, Mapping) and _is_scheme(value):
            yield name, dict(value)
            return
        self._leave_out(here, f"the security scheme {name} is of type {_shown(kind)}")
        if name in self.demanded and kind in ("bearer", "basic"):
            yield name, {"type": "http", "scheme": kind}

    def _leave_out(self, here: Steps, what: str) -> None:
        self.found.append(InvalidPart(here, what))


def _is_schema(here: Steps) -> bool:
    if not here:
        return False
    if is_name(here):
        return here[-2] in _HOLD_SCHEMAS
    return here[-1] in _ARE_SCHEMAS or (isinstance(here[-1], int) and here[-2] in _CHOICES)


def _invalid(keyword: str, value: Any) -> str:
    """What is wrong with the value of a schema's keyword; empty if it is valid."""
    if keyword not in _KEYWORDS and not keyword.startswith("x-"):
        return f"{_shown(keyword)} is no keyword of a schema"
    rule = _RULES.get(keyword)
    return f"{keyword} is {_shown(value)}" if rule is not None and not rule(value) else ""


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_template(values: Any) -> bool:
    """Whether a value is to be filled in by a template engine, so that the list says less."""
    return any(isinstance(value, str) and "{{" in value for value in values)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_type(value: Any) -> bool:
    kinds = value if isinstance(value, list) and value else [value]
    return all(isinstance(kind, str) and kind in _TYPES for kind in kinds)


def _are_names(value: Any) -> bool:
    if not isinstance(value, list) or not value or not all(map(_is_text, value)):
        return False
    return len(set(value)) == len(value)


def _are_schemas(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(x, Mapping) for x in value)


def _is_pattern(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        jsonschema_rs.Draft202012Validator({"pattern": value})
    except jsonschema_rs.ValidationError:
        return False
    return True


_RULES: dict[str, Callable[[Any], bool]] = {
    "type": _is_type,
    "required": _are_names,
    "enum": lambda value: isinstance(value, list) and bool(value) and not _is_template(value),
    "multipleOf": lambda value: _is_number(value) and value > 0,
    "pattern": _is_pattern,
    "properties": lambda value: isinstance(value, Mapping),
    "items": lambda value: isinstance(value, Mapping),
    "additionalProperties": lambda value: isinstance(value, bool | Mapping),
    **dict.fromkeys(("minimum", "maximum"), _is_number),
    **dict.fromkeys(
        ("exclusiveMinimum", "exclusiveMaximum"), lambda value: isinstance(value, int | float)
    ),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), _is_size),
    **dict.fromkeys(("minProperties", "maxProperties"), _is_size),
    **dict.fromkeys(("format", "title", "description"), _is_text),
    **dict.fromkeys(("nullable", "uniqueItems", "readOnly", "writeOnly", "deprecated"), _is_flag),
    **dict.fromkeys(_CHOICES, _are_schemas),
}
# Those of OpenAPI 3.0, and those of 3.1 that can be said in it or hold what references name.
_KEYWORDS = frozenset(
    {*_RULES, "$ref", "$defs", "definitions", "$schema", "$id", "$comment", "$anchor", "not"}
    | {"default", "example", "examples", "const", "discriminator", "xml", "externalDocs"}
    | {"contentEncoding", "contentMediaType"}
)


def _is_scheme(value: Mapping[str, Any]) -> bool:
    match value.get("type"):
        case "http":
            return _is_text(value.get("scheme"))
        case "apiKey":
            return _is_text(value.get("name")) and value.get("in") in ("query", "header", "cookie")
        case "oauth2":
            return isinstance(value.get("flows"), Mapping)
        case "openIdConnect":
            return _is_text(value.get("openIdConnectUrl"))
    return "$ref" in value


def _demanded_schemes(node: Any) -> Iterator[str]:
    """The security schemes that a document or one of its operations requires."""
    paths = node.get("paths") if isinstance(node, Mapping) else None
    items = paths.values() if isinstance(paths, Mapping) else ()
    holders = [node, *(op for item in items if isinstance(item, Mapping) for op in item.values())]
    for holder in holders:
        demands = holder.get("security") if isinstance(holder, Mapping) else None
        for demand in demands if isinstance(demands, list) else ():
            yield from demand if isinstance(demand, Mapping) else ()
