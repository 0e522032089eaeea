"""Merges additions into a document and records the source of each new part.

Operations, parameters, responses, headers, links, extensions and named schemas have ``x-source``
and ``x-standing``. Additions within a part with another source are recorded in that part's
``x-sources`` by their path within it (``minLength``, ``properties/error``), and values of an enum
in the schema's ``x-enum-sources``.
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from openapi.documents.places import VALUES, Place, is_map_of_names, is_name, is_operation

# Members of these maps have a source of their own: always, or if it differs from that around them.
_ALWAYS_STAMPED = frozenset({"schemas", "properties", "patternProperties", "parameters"})
_STAMPED_APART = frozenset({"responses", "headers", "links", "securitySchemes", "requestBodies"})
# Members of these maps may be references, whose targets have sources.
_SOURCED_BY_TARGET = frozenset({"parameters", *_STAMPED_APART})
_OWN = frozenset({"x-source", "x-standing", "x-sources", "x-enum-sources"})
_UNREMARKABLE = frozenset({"description", "summary", "title", "tags", "operationId", *VALUES})


@dataclass(frozen=True, slots=True)
class Provenance:
    """A source and its standing: ``documented``, ``verified`` (elsewhere) or ``inferred``."""

    source: str
    standing: str

    def __str__(self) -> str:
        """The source, followed by its standing unless that is ``documented``."""
        return self.source if self.standing == "documented" else f"{self.source} ({self.standing})"

    def is_of(self, part: Mapping[str, Any] | None) -> bool:
        """Whether a part has the same source and standing."""
        return part is not None and (part["x-source"], part.get("x-standing")) == (
            self.source,
            self.standing,
        )


@dataclass(frozen=True, slots=True)
class Merger:
    """Merges additions from one source into a document."""

    provenance: Provenance

    def merge(self, target: Any, update: Any, place: Place) -> None:
        """Merge ``update`` into ``target`` by the rules of Overlay 1.0.

        Objects are merged and arrays appended to; an item that an array has is not appended again.
        ``place`` is the place of ``target``.

        Raises:
            TypeError: an object, an array or a plain value would become another kind.
        """
        if isinstance(target, list):
            self._append(target, update if isinstance(update, list) else [update], place)
        elif isinstance(target, dict) and isinstance(update, Mapping):
            for key, value in update.items():
                self._merge_key(target, key, value, place)
        else:
            raise TypeError("one of the update and the target is an object, the other is not")

    def _merge_key(self, target: dict[str, Any], key: str, value: Any, place: Place) -> None:
        held = target.get(key)
        here = place.below(target, key)
        if held is None:
            target[key] = copy.deepcopy(value)
            self._stamp(target[key], here)
            self._note(target[key], here)
        elif _kind(held) != _kind(value):
            raise TypeError(f"'{key}' is {_kind(held)} and would become {_kind(value)}")
        elif held != value and isinstance(held, dict) and ("$ref" in held or "$ref" in value):
            raise TypeError(f"'{key}' cannot be a reference and more than that; remove it first")
        elif isinstance(held, dict | list):
            self.merge(held, value, here)
        elif type(held) is not type(value) or held != value:
            target[key] = value
            self._note(value, here)

    def _append(self, target: list[Any], items: Sequence[Any], place: Place) -> None:
        new = []
        for item in items:
            if item not in target:
                new.append(copy.deepcopy(item))
                target.append(new[-1])
                self._stamp(new[-1], place.below(target, len(target) - 1))
        if new:
            self._note(new, place)

    def _stamp(self, node: Any, place: Place) -> None:
        """Write the source into every part of a new ``node`` that has one of its own."""
        if place.keyword in (*VALUES, *_OWN) or not isinstance(node, dict | list):
            return
        if place.keyword.startswith("x-"):
            self._mark(node)
            return
        if isinstance(node, dict) and self._carries_source(node, place):
            self._mark(node)
            place = replace(place, owner=node, owner_depth=len(place.pointer))
        for step in list(node) if isinstance(node, dict) else range(len(node)):
            self._stamp(node[step], place.below(node, step))

    def _mark(self, node: Any) -> None:
        if isinstance(node, dict):
            node.setdefault("x-source", self.provenance.source)
            node.setdefault("x-standing", self.provenance.standing)

    def _carries_source(self, node: Mapping[str, Any], place: Place) -> bool:
        if "$ref" in node:
            return False
        if not is_name(place.pointer):
            return is_operation(place.pointer)
        parent = place.pointer[-2]
        apart = parent in _STAMPED_APART and not self.provenance.is_of(place.owner)
        return parent in _ALWAYS_STAMPED or apart

    def _note(self, value: Any, place: Place) -> None:
        """Record the source of a new part in the part around it, if that has another source."""
        if place.owner is None or self.provenance.is_of(place.owner) or _says_itself(value, place):
            return
        if isinstance(value, dict) and is_map_of_names(place.pointer):
            for name, member in value.items():
                self._note(member, place.below(value, name))
        elif place.keyword == "enum":
            sources = place.holder.setdefault("x-enum-sources", {})
            for item in value:
                sources.setdefault(str(item), str(self.provenance))
        elif place.keyword not in _UNREMARKABLE and not place.keyword.startswith("x-"):
            sources = place.owner.setdefault("x-sources", {})
            held = sources.get(place.within_owner) if isinstance(value, list) else None
            said = dict.fromkeys(filter(None, (held, str(self.provenance))))
            sources[place.within_owner] = ", ".join(said)


def _says_itself(value: Any, place: Place) -> bool:
    if not isinstance(value, dict):
        return False
    parent = place.pointer[-2] if is_name(place.pointer) else None
    return "x-source" in value or ("$ref" in value and parent in _SOURCED_BY_TARGET)


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else "a plain value"
