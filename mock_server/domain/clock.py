"""Clocks: the only module that reads time. An instant is integer milliseconds since 1970 UTC."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from mock_server.domain.ranges import INSTANT_MS, SPAN_S, SPEED
from mock_server.domain.tenant import ClockFacts

# So that a poll loop on a fast clock does not keep a processor busy.
SHORTEST_WAIT_MS = 10
# A clock that stands was moved by hand, and nobody knows when it will be again: the longer it has
# stood, the longer it probably will. Whoever polls learns of it a tenth of that time too late, at
# most a second; a busy loop would drive everything else out of the journal.
_SHARE_OF_STANDING = 10
_LONGEST_STANDING_WAIT_MS = 1000
_LATEST_MS = int(INSTANT_MS.most)


class Clock(Protocol):
    """Tells the instant that a request is answered at."""

    def now(self) -> int:
        """The current instant in milliseconds."""

    def wall_ms(self, span_ms: int) -> int:
        """How many milliseconds of real time ``span_ms`` of this clock take."""

    @property
    def shortest_wait_ms(self) -> int:
        """How many real milliseconds a caller should wait at least between two polls."""

    @property
    def steps(self) -> bool:
        """Whether each poll of a job moves it."""

    @property
    def stands(self) -> bool:
        """Whether it does not move by itself."""

    def polled(self) -> None:
        """A job was polled; a clock that moves by itself does nothing."""


def wall_clock() -> int:
    """Real time in milliseconds."""
    return time.time_ns() // 1_000_000


def stopwatch_us() -> int:
    """Microseconds since some moment that never changes, to measure how long something takes."""
    return time.perf_counter_ns() // 1000


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

    shortest_wait_ms = SHORTEST_WAIT_MS
    steps = False
    stands = True

    def polled(self) -> None:
        """Nothing: this clock does not step."""

    def advance(self, seconds: float) -> None:
        """Move on by ``seconds``.

        Raises:
            ValueError: ``seconds`` is negative.
        """
        if seconds < 0:
            raise ValueError("time does not run backwards")
        self._now += round(seconds * 1000)


def _running(speed: float) -> float:
    if speed not in SPEED:
        raise ValueError(f"the speed must be {SPEED}; use freeze() to stop the clock")
    return speed


def _forward(seconds: float) -> int:
    if not seconds >= 0:
        raise ValueError("time does not run backwards")
    if seconds not in SPAN_S:
        raise ValueError(f"the seconds must be {SPAN_S}")
    return round(seconds * 1000)


def _reached(instant_ms: int) -> int:
    """An instant that a clock is moved to."""
    if instant_ms not in INSTANT_MS:
        raise ValueError("a clock goes from 1970 to the year 3000")
    return instant_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a clock runs: clock seconds a real second (0 stands still), and seconds a poll.

    ``start_ms`` is the instant it starts at; None is the real one.

    Raises:
        ValueError: a number is out of its range.
    """

    speed: float = 1.0
    step_s: float = 0.0
    start_ms: int | None = None

    def __post_init__(self) -> None:
        if self.speed:
            _running(self.speed)
        _forward(self.step_s)
        if self.start_ms is not None:
            _reached(self.start_ms)


REAL_TIME = Pace()


class TenantClock:
    """A clock that can be told how to run: as real time, faster, not at all, or step by step.

    It is four facts: which of its instants fell on which real one, how many of its seconds pass in
    a real one (none while it stands), and how far each poll of a job moves it on.
    """

    def __init__(self, pace: Pace = REAL_TIME, wall: Callable[[], int] = wall_clock) -> None:
        """Start at the pace's instant, or at the real one."""
        self._wall = wall
        self._fixed_wall = wall()
        self._fixed = self._fixed_wall if pace.start_ms is None else pace.start_ms
        self._speed = pace.speed
        self._step_ms = _forward(pace.step_s)

    @classmethod
    def of(cls, facts: ClockFacts) -> "TenantClock":
        """The clock that these facts are of; it goes on as if nothing had happened."""
        clock = cls.__new__(cls)
        clock._wall = wall_clock
        clock._fixed, clock._fixed_wall = facts.fixed_ms, facts.wall_ms
        clock._speed, clock._step_ms = facts.speed, facts.step_ms
        return clock

    @property
    def facts(self) -> ClockFacts:
        """What it is, whole."""
        return ClockFacts(
            fixed_ms=self._fixed,
            wall_ms=self._fixed_wall,
            speed=self._speed,
            step_ms=self._step_ms,
        )

    @property
    def steps(self) -> bool:
        """Whether each poll of a job moves it."""
        return self._step_ms > 0

    @property
    def stands(self) -> bool:
        """Whether it does not move by itself."""
        return not self._speed

    @property
    def pace(self) -> Pace:
        """How it runs from here on."""
        return Pace(speed=self._speed, step_s=self._step_ms / 1000, start_ms=self.now())

    @property
    def shortest_wait_ms(self) -> int:
        """Next to nothing where each poll moves the clock; more, the longer it stands."""
        if self._step_ms:
            return 1
        stood = 0 if self._speed else self._wall() - self._fixed_wall
        share = min(stood // _SHARE_OF_STANDING, _LONGEST_STANDING_WAIT_MS)
        return max(share, SHORTEST_WAIT_MS)

    def now(self) -> int:
        """The current instant in milliseconds; a fast clock stops at the end of its range."""
        now = self._fixed + int((self._wall() - self._fixed_wall) * self._speed)
        return min(now, _LATEST_MS)

    def wall_ms(self, span_ms: int) -> int:
        """How long to wait until a span has passed; next to nothing while the clock stands."""
        return math.ceil(span_ms / self._speed) if self._speed else min(span_ms, 1)

    def run(self, speed: float = 1.0) -> None:
        """Run on from the current instant at ``speed``.

        Raises:
            ValueError: ``speed`` is out of its range.
        """
        self._set(self.now(), _running(speed), 0)

    def freeze(self) -> None:
        """Stand still until moved."""
        self._set(self.now(), 0, 0)

    def step(self, seconds: float) -> None:
        """Stand still, but move on by ``seconds`` after each poll of a job.

        Raises:
            ValueError: ``seconds`` is out of its range.
        """
        self._set(self.now(), 0, _forward(seconds))

    def advance(self, seconds: float) -> None:
        """Move on by ``seconds``, and run on as before.

        Raises:
            ValueError: ``seconds``, or the instant that they lead to, is out of its range.
        """
        self._set(_reached(self.now() + _forward(seconds)), self._speed, self._step_ms)

    def move_to(self, instant_ms: int) -> None:
        """Stand at an instant, or run on from it as before.

        Raises:
            ValueError: the instant has passed, or is out of its range.
        """
        if instant_ms < self.now():
            raise ValueError("time does not run backwards")
        self._set(_reached(instant_ms), self._speed, self._step_ms)

    def polled(self) -> None:
        """A job was polled: move on by the step, if there is one."""
        if self._step_ms:
            self._set(min(self.now() + self._step_ms, _LATEST_MS), self._speed, self._step_ms)

    def _set(self, instant_ms: int, speed: float, step_ms: int) -> None:
        self._fixed, self._fixed_wall = instant_ms, self._wall()
        self._speed, self._step_ms = speed, step_ms
