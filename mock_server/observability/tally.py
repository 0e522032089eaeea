"""Sums and levels under names: a sum only grows, a level is how much there is of something now."""

from collections import Counter
from collections.abc import Mapping
from typing import Final, Protocol

Key = tuple[str | int, ...]
Levels = Mapping[str, int]
# What the only process of a server is called.
ALONE: Final = ""


class Tally(Protocol):
    """Where sums and levels are kept."""

    def add(self, key: Key, amount: int = 1) -> None:
        """Let a sum grow; may be called in any thread."""

    def totals(self) -> Mapping[Key, int]:
        """All sums, those of other processes of the server included."""

    def publish(self, levels: Levels) -> None:
        """Say what the levels of this process are now."""

    def levels(self) -> Mapping[str, Levels]:
        """What each process of the server that is alive has published last, by its name."""


class OwnTally:
    """That of a server which is one process."""

    def __init__(self) -> None:
        self._totals: Counter[Key] = Counter()
        self._levels: Levels = {}

    def add(self, key: Key, amount: int = 1) -> None:
        """Let a sum grow."""
        self._totals[key] += amount

    def totals(self) -> Mapping[Key, int]:
        """All sums."""
        return self._totals.copy()

    def publish(self, levels: Levels) -> None:
        """Say what the levels are now."""
        self._levels = levels

    def levels(self) -> Mapping[str, Levels]:
        """What was published last."""
        return {ALONE: self._levels}
