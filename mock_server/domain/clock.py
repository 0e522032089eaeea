"""Clocks: the only module that reads time. An instant is integer milliseconds since 1970 UTC."""

import math
import time
from typing import Protocol


class Clock(Protocol):
    """Tells the instant that a request is answered at."""

    def now(self) -> int:
        """The current instant in milliseconds."""

    def wall_ms(self, span_ms: int) -> int:
        """How many milliseconds of real time ``span_ms`` of this clock take."""


def wall_clock() -> int:
    """Real time in milliseconds."""
    return time.time_ns() // 1_000_000


class RealClock:
    """Time as it is."""

    def now(self) -> int:
        """The current instant in milliseconds."""
        return wall_clock()

    def wall_ms(self, span_ms: int) -> int:
        """A span of real time takes itself."""
        return span_ms


class ScaledClock:
    """Real time, running ``speed`` times as fast from the moment the clock is made."""

    def __init__(self, speed: float) -> None:
        """Start at the real instant.

        Raises:
            ValueError: ``speed`` is not above zero, or has no end.
        """
        if not 0 < speed < math.inf:
            raise ValueError("the speed must be above zero and finite")
        self._speed = speed
        self._origin = wall_clock()

    def now(self) -> int:
        """The current instant in milliseconds."""
        return self._origin + int((wall_clock() - self._origin) * self._speed)

    def wall_ms(self, span_ms: int) -> int:
        """A span passes ``speed`` times as fast."""
        return int(span_ms / self._speed)


class ManualClock:
    """Stands still until it is moved."""

    def __init__(self, start_ms: int) -> None:
        """Stand at ``start_ms``."""
        self._now = start_ms

    def now(self) -> int:
        """The current instant in milliseconds."""
        return self._now

    def wall_ms(self, span_ms: int) -> int:
        """No real time passes; a caller that waits need not wait long."""
        return min(span_ms, 1)

    def advance(self, seconds: float) -> None:
        """Move on by ``seconds``.

        Raises:
            ValueError: ``seconds`` is negative.
        """
        if seconds < 0:
            raise ValueError("time does not run backwards")
        self._now += round(seconds * 1000)
