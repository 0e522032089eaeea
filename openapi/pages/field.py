"""A field or parameter of a page: its declaration, its examples, and facts in prose."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openapi.documents.pointers import Steps
from openapi.pages.documented import DocumentedPage
from openapi.pages.node import Node, node_at

Cited = tuple[Any, Steps]

_TYPES: dict[type, str] = {
    bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object",
    type(None): "null",
}  # fmt: skip


def type_of(value: Any) -> str:
    """The JSON type of a value."""
    return _TYPES[type(value)]


def fits(value: Any, declared: str) -> bool:
    """Whether a value is of a declared type."""
    kind = type_of(value)
    return kind == declared or (declared == "number" and kind == "integer")


@dataclass(frozen=True, slots=True)
class Field:
    """A field or parameter.

    Attributes:
        pointer: the place of its schema.
        prose_holder: the place of the object with its ``x-prose``.
        shown: its values in examples, each with its place.
    """

    page: DocumentedPage
    pointer: Steps
    prose_holder: Steps
    shown: tuple[Cited, ...]

    @property
    def declared(self) -> Mapping[str, Any]:
        """Its schema on the page, references followed."""
        return self.page.mapping(self._schema.pointer)

    def lists(self) -> Iterator[Node]:
        """Each list of its values: the enum, then those stated in prose."""
        prose = node_at(self.page, self.prose_holder).get("x-prose")
        for holder, key in ((self._schema, "enum"), (prose, "allowed"), (prose, "resolutions")):
            found = holder.get(key) if holder else None
            if found is not None and found.value and isinstance(found.value, dict | list):
                yield found

    def listed(self) -> Iterator[Cited]:
        """Every value that the page lists, in the declared type."""
        for found in self.lists():
            in_prose = found.name != "enum"
            values = found.value.items() if isinstance(found.value, dict) else None
            for step, value in values or enumerate(found.value):
                word = step if values else value
                yield self._typed(word) if in_prose else word, (*found.pointer, step)

    def defaults(self) -> Iterator[Cited]:
        """The default values that the page states, in the schema and in prose."""
        if "default" in self.declared:
            yield self.declared["default"], (*self._schema.pointer, "default")
        stated = node_at(self.page, self.prose_holder).get("x-prose", "default")
        if stated is not None and stated.value is not None:
            yield self._typed(stated.value), stated.pointer

    def bounds(self) -> Iterator[tuple[str, Cited]]:
        """The limits of a number that only prose states, by keyword."""
        stated = node_at(self.page, self.prose_holder).get("x-prose", "range")
        if stated is not None and self.declared.get("type") in ("integer", "number"):
            for keyword, word in zip(("minimum", "maximum"), stated.value, strict=True):
                value = self._typed(word)
                if keyword not in self.declared and not isinstance(value, str):
                    yield keyword, (value, stated.pointer)

    @property
    def _schema(self) -> Node:
        return node_at(self.page, self.pointer)

    def _typed(self, word: Any) -> Any:
        """A word of prose as a value of the declared type, if it is one."""
        declared = self.declared.get("type", "string")
        if declared == "string" or not isinstance(word, str):
            return word
        try:
            value = json.loads(word)
        except ValueError:
            return word
        return value if fits(value, declared) else word
