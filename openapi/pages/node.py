"""A value of a documented page together with its place.

References within the page are followed; a part of unexpected shape is treated as absent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openapi.documents.pointers import Steps, json_pointer
from openapi.pages.documented import DocumentedPage


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement of one line of a page; ``pointer`` is a JSON pointer to it."""

    says: str
    page: str
    line: int
    pointer: str


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a page, its place, and the key that leads to it, also through a reference."""

    page: DocumentedPage
    pointer: Steps
    value: Any
    name: str = ""

    def get(self, *steps: str | int) -> "Node | None":
        """The value at some steps below, references followed; None where there is none."""
        node: Node | None = self
        for step in steps:
            node = node._child(step) if node is not None else None
        return node

    def children(self) -> Iterator["Node"]:
        """Every member of a mapping or list."""
        size = len(self.value) if isinstance(self.value, list) else 0
        for step in list(self.value) if isinstance(self.value, dict) else range(size):
            child = self._child(step)
            if child is not None:
                yield child

    def claim(self, says: str) -> Claim:
        """A claim about this place."""
        line = self.page.line(self.pointer)
        return Claim(says, self.page.name, line, json_pointer(self.pointer))

    def _child(self, step: str | int) -> "Node | None":
        if isinstance(self.value, list) and str(step).isdecimal():
            step = int(step)
            found = step < len(self.value)
        else:
            found = isinstance(self.value, dict) and step in self.value
        if not found:
            return None
        value, pointer = self.value[step], (*self.pointer, step)
        if isinstance(value, dict) and "$ref" in value:
            return node_at(self.page, pointer)
        return Node(self.page, pointer, value, str(step))


def node_at(page: DocumentedPage, pointer: Steps) -> Node:
    """The value at a place that exists, references followed."""
    here = page.lead(pointer)
    return Node(page, here, page.at(here), str(pointer[-1]) if pointer else "")


def text(node: Node | None) -> str:
    """The text at a place, or an empty one."""
    return node.value if node is not None and isinstance(node.value, str) else ""


def as_written(value: Any) -> str:
    """A scalar as its page writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
