"""Where a relay says what a key has spent, as no standard says it: a path and a pointer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class SpendingError(ValueError):
    """The place is not written PATH#POINTER."""


@dataclass(frozen=True, slots=True)
class Spending:
    """A path of the relay, and the JSON pointer (RFC 6901) to the number in its response."""

    path: str
    pointer: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> "Spending":
        """From ``/key/info#/info/spend``.

        Raises:
            SpendingError: it is not written like that.
        """
        path, mark, pointer = text.partition("#")
        if not (path.startswith("/") and mark and pointer.startswith("/")):
            raise SpendingError(f"'{text}' is not PATH#POINTER, e.g. /key/info#/info/spend")
        parts = (part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/"))
        return cls(path, tuple(parts))

    def read(self, content: Mapping[str, Any]) -> float | None:
        """The number, or None if there is none."""
        found: Any = content
        for part in self.pointer:
            found = found.get(part) if isinstance(found, Mapping) else None
        is_number = isinstance(found, int | float) and not isinstance(found, bool)
        return float(found) if is_number else None
