"""Schemas of pages as schemas of the contract: copied to OpenAPI 3.0, united, and as form text.

Exports that call themselves OpenAPI 3.0 use words of 3.1; each is translated here.
"""

import copy
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openapi.documents.pointers import Steps
from openapi.merging.number_patterns import limited_form
from openapi.pages.documented import DocumentedPage
from openapi.pages.field import fits, type_of

# Keys of pages that a contract does not have.
_LEFT_BEHIND = ("x-prose", "x-apifox", "$", "definitions")
_NAMED = frozenset({"properties", "patternProperties"})
_VALUES = frozenset({"example", "default", "enum"})
_DEPTH_LIMIT = 50


def copied(page: DocumentedPage, pointer: Steps) -> dict[str, Any]:
    """Copy the schema at a place to OpenAPI 3.0, with every reference replaced by its target.

    Raises:
        SpecError: a reference cannot be followed, or the schema contains itself.
    """
    found: dict[str, Any] = _schema(page, pointer, 0)
    return found


def is_placeholder(value: Any) -> bool:
    """Whether a value contains a template such as ``{{...}}``, and so is not a value itself."""
    if isinstance(value, str):
        return "{{" in value
    if isinstance(value, Mapping):
        return any(map(is_placeholder, value.values()))
    return isinstance(value, list) and any(map(is_placeholder, value))


def fill_no_templates(node: Any) -> None:
    """Write the ``{{...}}`` in texts of a document with single braces, in place.

    A template engine on the way of a contract would fill them in.
    """
    members = enumerate(node) if isinstance(node, list) else node.items()
    for key, value in list(members):
        if isinstance(value, str) and "{{" in value:
            node[key] = value.replace("{{", "{").replace("}}", "}")
        elif isinstance(value, dict | list) and key not in _VALUES and key != "examples":
            fill_no_templates(value)


def _schema(page: DocumentedPage, pointer: Steps, depth: int) -> Any:
    if depth == _DEPTH_LIMIT:
        raise page.refusal(pointer, "the schema contains itself, which is not supported")
    here = page.follow(pointer)
    node = page.at(here)
    if not isinstance(node, dict):
        return copy.deepcopy(node)
    return _as_3_0(dict(_entries(page, here, depth)))


def _entries(page: DocumentedPage, here: Steps, depth: int) -> Iterator[tuple[str, Any]]:
    for key, value in page.at(here).items():
        step = (*here, key)
        if key.startswith(_LEFT_BEHIND) or (
            key in ("example", "default") and is_placeholder(value)
        ):
            continue
        if key in _VALUES or key.startswith("x-"):
            yield key, copy.deepcopy(value)
        elif key in _NAMED and isinstance(value, dict):
            yield key, {name: _schema(page, (*step, name), depth + 1) for name in value}
        elif isinstance(value, dict):
            yield key, _schema(page, step, depth + 1)
        elif isinstance(value, list):
            yield key, [_schema(page, (*step, index), depth + 1) for index in range(len(value))]
        else:
            yield key, value


def _as_3_0(schema: dict[str, Any]) -> dict[str, Any]:
    for translate in (_types, _examples, _const, _limits, _contents):
        translate(schema)
    return schema


def _types(schema: dict[str, Any]) -> None:
    kinds = schema.get("type")
    if kinds == "null":
        # The field is null in an example; its type is not documented.
        schema["x-declared"] = {"type": schema.pop("type")}
    elif isinstance(kinds, list):
        del schema["type"]
        maybe = {"nullable": True} if "null" in kinds else {}
        typed = [{"type": kind, **maybe} for kind in kinds if kind != "null"]
        schema |= typed[0] if len(typed) == 1 else {"anyOf": typed}


def _examples(schema: dict[str, Any]) -> None:
    if isinstance(schema.get("examples"), list):
        for shown in schema.pop("examples")[:1]:
            schema.setdefault("example", shown)


def _const(schema: dict[str, Any]) -> None:
    if "const" in schema:
        schema["enum"] = [schema.pop("const")]


def _limits(schema: dict[str, Any]) -> None:
    for bound in ("minimum", "maximum"):
        exclusive = f"exclusive{bound.capitalize()}"
        limit = schema.get(exclusive)
        if isinstance(limit, int | float) and not isinstance(limit, bool):
            schema |= {bound: limit, exclusive: True}


def _contents(schema: dict[str, Any]) -> None:
    """A text with encoded or binary content, as OpenAPI 3.1 says it."""
    encoding, media_type = schema.pop("contentEncoding", None), schema.pop("contentMediaType", None)
    if encoding == "base64":
        schema.setdefault("format", "byte")
    elif media_type == "application/octet-stream":
        schema |= {"type": "string", "format": "binary"}


_OF_ONE_TYPE = ("type", "format", "items", "nullable")
# Keywords without effect on validation.
_ANNOTATIONS = frozenset({"description", "example", "default"})


def any_of(schemas: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A schema for values that at least one of ``schemas`` allows, without annotations."""
    bare = [
        {key: schema[key] for key in schema if key not in _ANNOTATIONS and not key.startswith("x-")}
        for schema in schemas
    ]
    distinct = list({json.dumps(schema, sort_keys=True): schema for schema in bare}.values())
    if {} in distinct:
        return {}
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


def widened(schema: dict[str, Any], values: Sequence[Any]) -> dict[str, Any]:
    """Extend the types of a schema by those of values: pages may contradict themselves."""
    branches = [{key: schema[key] for key in _OF_ONE_TYPE if key in schema}]
    if "type" not in schema:
        branches = schema.get("anyOf", branches)
    declared = [branch["type"] for branch in branches if "type" in branch]
    if len(declared) < len(branches):
        return schema
    strange = dict.fromkeys(
        type_of(value) for value in values if not any(fits(value, kind) for kind in declared)
    )
    maybe = {"nullable": True} if "null" in strange else {}
    added = [_branch(kind) for kind in strange if kind != "null"]
    if not added and "type" in schema:
        return schema | maybe
    kept = {key: schema[key] for key in schema if key not in (*_OF_ONE_TYPE, "anyOf")}
    return kept | {"anyOf": [branch | maybe for branch in (*branches, *added)]}


def _branch(kind: str) -> dict[str, Any]:
    return {"type": kind, "items": {}} if kind == "array" else {"type": kind}


_FORMS: dict[str, dict[str, Any]] = {
    "integer": {"pattern": "^-?[0-9]+$"},
    "number": {"pattern": "^-?[0-9]+([.][0-9]+)?$"},
    "boolean": {"enum": ["true", "false"]},
}
# Keywords that do not apply to text; kept under `x-declared`.
_MOVED = frozenset(
    {"type", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
)


def as_text(schema: dict[str, Any], documented: Sequence[Any]) -> dict[str, Any]:
    """The schema of a form field: numbers and booleans become text that matches a pattern.

    Limits of a number are part of the pattern. A pattern, or a limit, is left out where a
    documented value does not keep to it.
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
    """A scalar as form text, a list item by item; files and objects are returned unchanged."""
    if isinstance(value, list):
        return [text_of(item) for item in value]
    return json.dumps(value) if isinstance(value, bool | int | float) else value


def is_kept(form: dict[str, Any], documented: Sequence[Any]) -> bool:
    """Whether every documented value matches a form."""
    return all(_has_form(text_of(value), form) for value in documented if value is not None)


def _has_form(text: Any, form: dict[str, Any]) -> bool:
    if "enum" in form:
        return text in form["enum"]
    return isinstance(text, str) and re.search(form["pattern"], text) is not None
