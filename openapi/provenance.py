"""Who says so: merges an addition into a document and stamps each new part with its source.

An operation, a parameter or a named schema carries ``x-source`` and ``x-standing``. A keyword
added to a schema that has a source already is recorded in ``x-sources`` (keyword to source), a
value added to its ``enum`` in ``x-enum-sources`` (value to source).
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

STANDINGS = ("documented", "verified", "inferred")
_SCHEMA_MAPS = frozenset({"schemas", "properties"})
_OPAQUE = frozenset({"example", "examples", "default", "x-prose"})
_UNREMARKABLE = frozenset({"description", "summary", "title", "example", "tags", "examples"})


@dataclass(frozen=True, slots=True)
class Provenance:
    """A source in words and its standing: documented, verified (elsewhere) or inferred."""

    source: str
    standing: str

    def __str__(self) -> str:
        """The source, with its standing where that is not a documented page's."""
        return self.source if self.standing == "documented" else f"{self.source} ({self.standing})"


def merge_in(
    target: Any, update: Any, provenance: Provenance, pointer: tuple[str, ...] = ()
) -> None:
    """Merge ``update`` into ``target`` as Overlay 1.0 says: objects merge, arrays are appended.

    Raises:
        TypeError: an object is given where the target is none, or the reverse.
    """
    if isinstance(target, list):
        target.extend(copy.deepcopy(update if isinstance(update, list) else [update]))
        return
    if not isinstance(target, dict) or not isinstance(update, Mapping):
        raise TypeError("the update is no object although the target is one, or the reverse")
    for key, value in update.items():
        _merge_key(target, (*pointer, key), value, provenance)


def _merge_key(
    target: dict[str, Any], here: tuple[str, ...], value: Any, provenance: Provenance
) -> None:
    key = here[-1]
    held = target.get(key)
    if isinstance(held, dict) and isinstance(value, Mapping):
        merge_in(held, value, provenance, here)
    elif isinstance(held, list) and isinstance(value, list):
        held.extend(item for item in copy.deepcopy(value) if item not in held)
        _note_keyword(target, key, value, provenance)
    else:
        target[key] = stamped(copy.deepcopy(value), provenance, here)
        _note_keyword(target, key, value, provenance)


def _note_keyword(target: dict[str, Any], key: str, value: Any, provenance: Provenance) -> None:
    """Record who added a keyword to a schema whose own source is somebody else."""
    if target.get("x-source") in (None, provenance.source) or "responses" in target:
        return
    if key == "enum":
        sources = target.setdefault("x-enum-sources", {})
        for item in value:
            sources.setdefault(str(item), str(provenance))
    elif not key.startswith("x-") and key not in _UNREMARKABLE:
        target.setdefault("x-sources", {})[key] = str(provenance)


def stamped(node: Any, provenance: Provenance, pointer: tuple[str, ...]) -> Any:
    """Stamp every operation, parameter and named schema within ``node``, in place."""
    if isinstance(node, dict):
        if _carries_source(node, pointer):
            node.setdefault("x-source", provenance.source)
            node.setdefault("x-standing", provenance.standing)
        for key, value in node.items():
            if key not in _OPAQUE:
                stamped(value, provenance, (*pointer, str(key)))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            stamped(value, provenance, (*pointer, str(index)))
    return node


def _carries_source(node: Mapping[str, Any], pointer: tuple[str, ...]) -> bool:
    if "$ref" in node:
        return False
    if "responses" in node and "paths" in pointer:
        return True
    if "in" in node and "name" in node and "schema" in node:
        return True
    return len(pointer) > 1 and pointer[-2] in _SCHEMA_MAPS
