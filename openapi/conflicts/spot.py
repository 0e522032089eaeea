"""A value of a documented page together with its place.

Local references are followed; a part of unexpected shape is treated as absent, never as an error.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from openapi.conflicts.conflict import Claim
from openapi.documents.pointers import Steps, json_pointer, steps_of
from openapi.pages.documented import DocumentedPage

_HOPS = 20


@dataclass(frozen=True, slots=True)
class Spot:
    """A value of a page, where it stands, and the name it goes by (a reference leads elsewhere)."""

    page: DocumentedPage
    pointer: Steps
    value: Any
    name: str = ""

    def get(self, *steps: str | int) -> "Spot | None":
        """What lies below, references followed; None where nothing does."""
        spot: Spot | None = self
        for step in steps:
            spot = spot._child(step) if spot is not None else None
        return spot

    def children(self) -> Iterator["Spot"]:
        """Every entry of a mapping or item of a list."""
        if isinstance(self.value, dict):
            steps: Sequence[str | int] = list(self.value)
        else:
            steps = range(len(self.value)) if isinstance(self.value, list) else ()
        for step in steps:
            child = self._child(step)
            if child is not None:
                yield child

    def claim(self, says: str) -> Claim:
        """What the page says here."""
        line = self.page.line(self.pointer)
        return Claim(says, self.page.name, line, json_pointer(self.pointer))

    def _child(self, step: str | int) -> "Spot | None":
        if isinstance(self.value, list) and str(step).isdecimal():
            step = int(step)
            found = step < len(self.value)
        else:
            found = isinstance(self.value, dict) and step in self.value
        if not found:
            return None
        return Spot(self.page, (*self.pointer, step), self.value[step], str(step))._followed()

    def _followed(self) -> "Spot":
        spot = self
        for _ in range(_HOPS):
            target = spot.value.get("$ref") if isinstance(spot.value, dict) else None
            found = _local(self.page, target) if isinstance(target, str) else None
            if found is None:
                return spot
            spot = replace(found, name=self.name)
        return spot


def text(spot: Spot | None) -> str:
    """The text at a place, or an empty one."""
    return spot.value if spot is not None and isinstance(spot.value, str) else ""


def as_written(value: Any) -> str:
    """A scalar as its page writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _local(page: DocumentedPage, reference: str) -> Spot | None:
    if not reference.startswith("#/"):
        return None
    value, steps = page.data, steps_of(reference)
    for step in steps:
        if not isinstance(value, dict) or step not in value:
            return None
        value = value[step]
    return Spot(page, steps, value)
