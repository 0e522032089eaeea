"""How time passes between two polls of a job: by moving the clock, or by waiting."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from contract_tests.wire.exchange import Exchange

_HOUR_S = 3600
_MOMENT_S = 0.2


class Pace(Protocol):
    """Lets time pass for the target's jobs."""

    @property
    def still(self) -> bool:
        """Whether the target's clock stands still between calls of ``wait`` and ``leap``."""

    @property
    def bound(self) -> str:
        """How long a job may take, as text."""

    @property
    def bound_s(self) -> float:
        """How long a job may take, in seconds."""

    def left_s(self, polls: int) -> float:
        """How long a job may still take after ``polls`` polls, in seconds."""

    def wait(self, poll: Exchange, polls: int) -> bool:
        """Let time pass after the ``polls``-th poll of a job; False when it has taken too long."""

    def leap(self) -> None:
        """Let enough time pass for an ended job to change, if it does."""


@dataclass(frozen=True, slots=True)
class MovedPace:
    """Moves a clock that stands still by ``step_s`` seconds after each poll."""

    move: Callable[[float], None]
    step_s: float = 8.0
    most_polls: int = 60
    still: bool = True

    @property
    def bound(self) -> str:
        """How long a job may take, as text."""
        return f"{self.bound_s:g} s of the target's clock"

    @property
    def bound_s(self) -> float:
        """How long a job may take, in seconds."""
        return self.most_polls * self.step_s

    def left_s(self, polls: int) -> float:
        """How long a job may still take after ``polls`` polls, in seconds."""
        return max(0.0, (self.most_polls - polls) * self.step_s)

    def wait(self, poll: Exchange, polls: int) -> bool:
        """Move the clock by one step."""
        self.move(self.step_s)
        return polls < self.most_polls

    def leap(self) -> None:
        """Move the clock by an hour."""
        self.move(_HOUR_S)


@dataclass
class WaitedPace:
    """Waits as long as the target asks for, else half a second at first and twenty seconds at most.

    A job may take ``longest_s`` seconds and ``most_polls`` polls.
    """

    longest_s: float = 900.0
    most_polls: int = 60
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic
    still: bool = False
    _since: float | None = field(default=None, init=False)

    @property
    def bound(self) -> str:
        """How long a job may take, as text."""
        return f"{self.longest_s:g} s"

    @property
    def bound_s(self) -> float:
        """How long a job may take, in seconds."""
        return self.longest_s

    def left_s(self, polls: int) -> float:
        """How long a job may still take, in seconds."""
        spent = 0.0 if self._since is None else self.now() - self._since
        return max(0.0, self.longest_s - spent)

    def wait(self, poll: Exchange, polls: int) -> bool:
        """Wait as long as the target asks for, and long enough for the number of polls."""
        if polls <= 1 or self._since is None:
            self._since = self.now()
        if not self.left_s(polls) or polls >= self.most_polls:
            return False
        least = min(20.0, 0.5 * 1.35**polls)
        self.sleep(max(least, min(asked_s(poll), 30.0)))
        return True

    def leap(self) -> None:
        """Wait for a moment."""
        self.sleep(_MOMENT_S)


def asked_s(poll: Exchange) -> float:
    """The seconds that the target asks to wait before the next poll; 0 when it does not ask."""
    if poll.reply_or_none is None:
        return 0.0
    for name, unit in (("openai-poll-after-ms", 1000), ("retry-after", 1)):
        try:
            return max(0.0, float(poll.reply_or_none.header(name) or "") / unit)
        except ValueError:
            continue
    return 0.0
