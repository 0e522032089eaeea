"""Clocks: the only module that reads the time.

An instant is a whole number of milliseconds since 1970 UTC.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from mock_server.domain.ranges import INSTANT_MS, SPAN_S, SPEED

# A poll loop on a fast clock must not keep a processor busy.
SHORTEST_WAIT_MS = 10
# A stopped clock is moved by hand at some unknown time. Clients are asked to wait a tenth of the
# time for which it has been stopped, one second at most: a busy loop would push everything else out
# of the journal.
_STOPPED_SHARE = 10
_LONGEST_STOPPED_WAIT_MS = 1000
_LATEST_MS = int(INSTANT_MS.most)


class Clock(Protocol):
    """The clock of a tenant."""

    def now(self) -> int:
        """The current instant in milliseconds."""

    def wall_span_ms(self, span_ms: int) -> int:
        """How many milliseconds of real time ``span_ms`` of this clock take."""

    def shortest_wait_ms(self) -> int:
        """How many real milliseconds a client should wait at least between two polls."""

    @property
    def steps(self) -> bool:
        """Whether each poll of a job advances it."""

    @property
    def stopped(self) -> bool:
        """Whether it does not run by itself."""


def wall_clock() -> int:
    """Real time in milliseconds."""
    return time.time_ns() // 1_000_000


def stopwatch_us() -> int:
    """Microseconds since an arbitrary fixed moment, for measuring durations."""
    return time.perf_counter_ns() // 1000


class ManualClock:
    """A clock that stands still until a test advances it, shared by all tenants of a server."""

    steps = False
    stopped = True

    def __init__(self, start_ms: int) -> None:
        self._now = start_ms

    def now(self) -> int:
        """The current instant in milliseconds."""
        return self._now

    def wall_span_ms(self, span_ms: int) -> int:
        """At most one millisecond: no real time has to pass."""
        return min(span_ms, 1)

    def shortest_wait_ms(self) -> int:
        """A constant."""
        return SHORTEST_WAIT_MS

    def advance(self, seconds: float) -> None:
        """Advance by ``seconds``.

        Raises:
            ValueError: ``seconds`` is negative.
        """
        if seconds < 0:
            raise ValueError("time does not run backwards")
        self._now += round(seconds * 1000)


def _valid_speed(speed: float) -> float:
    if speed not in SPEED:
        raise ValueError(f"the speed must be {SPEED}; use freeze() to stop the clock")
    return speed


def _span_ms(seconds: float) -> int:
    if not seconds >= 0:
        raise ValueError("time does not run backwards")
    if seconds not in SPAN_S:
        raise ValueError(f"the seconds must be {SPAN_S}")
    return round(seconds * 1000)


def _valid_instant(instant_ms: int) -> int:
    if instant_ms not in INSTANT_MS:
        raise ValueError("a clock goes from 1970 to the year 3000")
    return instant_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a clock runs.

    ``speed`` is how many of its seconds pass in a real second (0: it is stopped), ``step_s`` by how
    many seconds each poll of a job advances it. It starts at ``start_ms``, or at the real time if
    that is None.

    Raises:
        ValueError: a number is out of its range.
    """

    speed: float = 1.0
    step_s: float = 0.0
    start_ms: int | None = None

    def __post_init__(self) -> None:
        if self.speed:
            _valid_speed(self.speed)
        _span_ms(self.step_s)
        if self.start_ms is not None:
            _valid_instant(self.start_ms)


REAL_TIME = Pace()
# Reads real time in milliseconds.
Wall = Callable[[], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantClock:
    """A tenant's clock as plain numbers: it runs at some speed, is stopped, or steps.

    At the real instant ``wall_ms`` it showed ``fixed_ms``; since then ``speed`` of its seconds pass
    in each real second (0: it is stopped). Each poll of a job advances it by ``step_ms``. A clock
    never changes; methods that set or advance it return another one. ``wall`` reads real time.
    """

    fixed_ms: int
    wall_ms: int
    speed: float
    step_ms: int

    @classmethod
    def start(cls, pace: Pace = REAL_TIME, wall: Wall = wall_clock) -> "TenantClock":
        """A clock that starts now at the pace's instant, or at the real one."""
        now_ms = wall()
        return cls(
            fixed_ms=now_ms if pace.start_ms is None else pace.start_ms,
            wall_ms=now_ms,
            speed=pace.speed,
            step_ms=_span_ms(pace.step_s),
        )

    @property
    def steps(self) -> bool:
        """Whether each poll of a job advances it."""
        return self.step_ms > 0

    @property
    def stopped(self) -> bool:
        """Whether it does not run by itself."""
        return not self.speed

    def pace(self, wall: Wall = wall_clock) -> Pace:
        """How it runs from now on."""
        return Pace(speed=self.speed, step_s=self.step_ms / 1000, start_ms=self.now(wall))

    def shortest_wait_ms(self, wall: Wall = wall_clock) -> int:
        """1 if each poll advances the clock; else longer, the longer it has been stopped."""
        if self.step_ms:
            return 1
        stopped_ms = 0 if self.speed else wall() - self.wall_ms
        share = min(stopped_ms // _STOPPED_SHARE, _LONGEST_STOPPED_WAIT_MS)
        return max(share, SHORTEST_WAIT_MS)

    def now(self, wall: Wall = wall_clock) -> int:
        """The current instant in milliseconds; a fast clock stops at the end of its range."""
        now = self.fixed_ms + int((wall() - self.wall_ms) * self.speed)
        return min(now, _LATEST_MS)

    def wall_span_ms(self, span_ms: int) -> int:
        """How long a span takes in real milliseconds; at most one while the clock is stopped."""
        return math.ceil(span_ms / self.speed) if self.speed else min(span_ms, 1)

    def run(self, speed: float = 1.0, wall: Wall = wall_clock) -> "TenantClock":
        """Run on from the current instant at ``speed``.

        Raises:
            ValueError: ``speed`` is out of its range.
        """
        return self._at(self.now(wall), wall, speed=_valid_speed(speed), step_ms=0)

    def freeze(self, wall: Wall = wall_clock) -> "TenantClock":
        """Stop at the current instant."""
        return self._at(self.now(wall), wall, speed=0, step_ms=0)

    def step(self, seconds: float, wall: Wall = wall_clock) -> "TenantClock":
        """Stop, and advance by ``seconds`` after each poll of a job.

        Raises:
            ValueError: ``seconds`` is out of its range.
        """
        return self._at(self.now(wall), wall, speed=0, step_ms=_span_ms(seconds))

    def advance(self, seconds: float, wall: Wall = wall_clock) -> "TenantClock":
        """Advance by ``seconds``; it runs on as before.

        Raises:
            ValueError: ``seconds``, or the instant that they lead to, is out of its range.
        """
        return self._at(_valid_instant(self.now(wall) + _span_ms(seconds)), wall)

    def move_to(self, instant_ms: int, wall: Wall = wall_clock) -> "TenantClock":
        """Advance to an instant; it runs on as before.

        Raises:
            ValueError: the instant has passed, or is out of its range.
        """
        if instant_ms < self.now(wall):
            raise ValueError("time does not run backwards")
        return self._at(_valid_instant(instant_ms), wall)

    def polled(self, wall: Wall = wall_clock) -> "TenantClock":
        """The clock after a poll of a job: advanced by its step, if it has one."""
        if not self.step_ms:
            return self
        return self._at(min(self.now(wall) + self.step_ms, _LATEST_MS), wall)

    def _at(
        self, instant_ms: int, wall: Wall, speed: float | None = None, step_ms: int | None = None
    ) -> "TenantClock":
        return TenantClock(
            fixed_ms=instant_ms,
            wall_ms=wall(),
            speed=self.speed if speed is None else speed,
            step_ms=self.step_ms if step_ms is None else step_ms,
        )
