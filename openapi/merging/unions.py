"""Unions of schemas and of types: what at least one page documents is accepted."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from openapi.pages.field import fits, type_of

_OF_ONE_TYPE = ("type", "format", "items", "nullable")
# What a schema says for its reader only.
_TOLD = frozenset({"description", "example", "default"})


def any_of(schemas: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One schema that takes what at least one of ``schemas`` takes; without words and sources."""
    bare = [
        {key: schema[key] for key in schema if key not in _TOLD and not key.startswith("x-")}
        for schema in schemas
    ]
    distinct = list({json.dumps(schema, sort_keys=True): schema for schema in bare}.values())
    if {} in distinct:
        return {}
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


def widened(schema: dict[str, Any], values: Sequence[Any]) -> dict[str, Any]:
    """Unite the types of ``schema`` with those of ``values``: pages may contradict themselves."""
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
