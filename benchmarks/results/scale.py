"""A logarithmic scale between two powers of two: twice and half are equally far from 1."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil, floor, log2

_MOST_TICKS = 10


@dataclass(frozen=True, slots=True)
class Scale:
    """Powers of two from ``first`` to ``last``, laid out over pixels from ``left`` to ``right``."""

    first: int
    last: int
    left: float
    right: float

    def at(self, ratio: float) -> float:
        """The pixel of a ratio."""
        share = (log2(ratio) - self.first) / (self.last - self.first)
        return round(self.left + share * (self.right - self.left), 1)

    def ticks(self) -> Iterator[tuple[float, str]]:
        """The pixel of each power of two, or of every second where there are many, and its text."""
        step = 1 if self.last - self.first <= _MOST_TICKS else 2
        for power in range(self.first, self.last + 1):
            if power % step == 0:
                text = f"{2**power}" if power >= 0 else f"1/{2**-power}"
                yield self.at(2.0**power), f"{text}×"


def scale_of(ratios: Iterable[float], left: float, right: float) -> Scale:
    """A scale that holds all ratios, and 1/2 and 2 in any case."""
    powers = [log2(ratio) for ratio in ratios]
    first, last = floor(min(powers, default=0)), ceil(max(powers, default=0))
    return Scale(min(-1, first), max(1, last), left, right)
