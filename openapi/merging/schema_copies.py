"""Copies a schema out of a page into the contract: references followed, dialects translated.

Exports that call themselves OpenAPI 3.0 hold words of 3.1; each has its 3.0 form here.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from openapi.documents.pointers import Steps
from openapi.pages.documented import DocumentedPage

# Facts of the page that are not facts of the contract: prose is read by whoever builds a field.
_LEFT_BEHIND = ("x-prose", "x-apifox")
_NAMED = frozenset({"properties", "patternProperties"})
_VALUES = frozenset({"example", "default", "enum"})
_DEPTH_LIMIT = 50


def copied(page: DocumentedPage, pointer: Steps) -> dict[str, Any]:
    """The schema at ``pointer`` as OpenAPI 3.0 has it, with nothing that refers elsewhere.

    Raises:
        SpecError: a reference cannot be followed, or the schema contains itself.
    """
    found: dict[str, Any] = _schema(page, pointer, 0)
    return found


def is_placeholder(value: Any) -> bool:
    """Whether a value holds a template's ``{{...}}``: it stands for a value and is none."""
    if isinstance(value, str):
        return "{{" in value
    if isinstance(value, Mapping):
        return any(map(is_placeholder, value.values()))
    return isinstance(value, list) and any(map(is_placeholder, value))


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
    for translate in (_types, _examples, _const, _limits):
        translate(schema)
    return schema


def _types(schema: dict[str, Any]) -> None:
    kinds = schema.get("type")
    if kinds == "null":
        # Said of a field that holds something one day, it leaves open what.
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
