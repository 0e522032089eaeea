"""Sums, which only grow, and levels, which are current values, by name."""

from collections import Counter
from collections.abc import Mapping
from typing import Final, Protocol

Key = tuple[str | int, ...]
Levels = Mapping[str, int]
# The name of the process of a server without workers.
ALONE: Final = ""


class Tally(Protocol):
    """Stores sums and levels."""

    def add(self, key: Key, amount: int = 1) -> None:
        """Add to a sum; may be called in any thread."""

    def totals(self) -> Mapping[Key, int]:
        """All sums, including those of the server's other processes."""

    def publish(self, levels: Levels) -> None:
        """Set the current levels of this process."""

    def levels(self) -> Mapping[str, Levels]:
        """The levels that each live process of the server published last, by its name."""


class OwnTally:
    """The tally of a server with one process."""

    def __init__(self) -> None:
        self._totals: Counter[Key] = Counter()
        self._levels: Levels = {}

    def add(self, key: Key, amount: int = 1) -> None:
        """Add to a sum."""
        self._totals[key] += amount

    def totals(self) -> Mapping[Key, int]:
        """All sums."""
        return self._totals.copy()

    def publish(self, levels: Levels) -> None:
        """Set the current levels."""
        self._levels = levels

    def levels(self) -> Mapping[str, Levels]:
        """The levels that were published last."""
        return {ALONE: self._levels}
