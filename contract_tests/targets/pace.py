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
        return f"{self.most_polls * self.step_s:g} s of the target's clock"

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
    _since: float = field(default=0.0, init=False)

    @property
    def bound(self) -> str:
        """How long a job may take, as text."""
        return f"{self.longest_s:g} s"

    def wait(self, poll: Exchange, polls: int) -> bool:
        """Wait as long as the target asks for, and long enough for the number of polls."""
        if polls <= 1:
            self._since = self.now()
        spent = self.now() - self._since
        if spent >= self.longest_s or polls >= self.most_polls:
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
