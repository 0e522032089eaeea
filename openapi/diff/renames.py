"""Finds the fields that only changed their name."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

# Schemas that say little look alike by chance; their names or texts must be alike, too.
_ALIKE = 0.6
# Of fields of one shape that went and came: among more of them, a like name is chance.
_MOST = 50
_TEXTS = frozenset({"description", "title", "example", "examples", "default"})


def renamed_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    """The new name of each field that went where one of the same shape came, and no second one."""
    gone = {name: schema for name, schema in old.items() if name not in new}
    come = {name: schema for name, schema in new.items() if name not in old}
    alike: dict[str, dict[str, Any]] = {}
    for name, schema in come.items():
        alike.setdefault(_shape(schema), {})[name] = schema
    shapes = {name: _shape(schema) for name, schema in gone.items()}
    sizes = Counter(shapes.values())
    matches = {
        name: list(_matches(name, schema, alike.get(shapes[name], {})))
        for name, schema in gone.items()
        if max(sizes[shapes[name]], len(alike.get(shapes[name], ()))) <= _MOST
    }
    single = {name: found[0] for name, found in matches.items() if len(found) == 1}
    taken = list(single.values())
    return {name: found for name, found in single.items() if taken.count(found) == 1}


def _matches(name: str, schema: Any, alike: Mapping[str, Any]) -> Iterator[str]:
    """The fields of the same shape that a field may have become."""
    for other, candidate in alike.items():
        if _distinctive(schema) or _alike(name, schema, other, candidate):
            yield other


def _shape(schema: Any) -> str:
    """A schema without texts, examples and sources."""
    return json.dumps(_bare(schema), sort_keys=True, default=str)


def _bare(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {
            key: _bare(value)
            for key, value in node.items()
            if key not in _TEXTS and not str(key).startswith("x-")
        }
    return [_bare(item) for item in node] if isinstance(node, list) else node


def _distinctive(schema: Any) -> bool:
    """Whether a schema says more than a type, so that an equal one is no chance."""
    return isinstance(schema, Mapping) and bool({"enum", "properties", "pattern"} & schema.keys())


def _alike(name: str, schema: Any, other: str, candidate: Any) -> bool:
    text = schema.get("description") if isinstance(schema, Mapping) else None
    if text and text == candidate.get("description"):
        return True
    return SequenceMatcher(None, name.lower(), other.lower()).ratio() >= _ALIKE
