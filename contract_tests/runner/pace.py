"""How time passes between two polls of a job: it is moved, or it is waited for."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from contract_tests.wire.exchange import Exchange


class Pace(Protocol):
    """Lets time pass for the target's jobs."""

    @property
    def still(self) -> bool:
        """Whether no time passes unless this lets it pass."""

    @property
    def bound(self) -> str:
        """How long a job may take, in words."""

    def wait(self, poll: Exchange, polls: int) -> bool:
        """Let time pass after a poll, the ``polls``-th of its job; False at the bound."""

    def leap(self) -> None:
        """Let so much time pass that a job which has not ended would show it."""


@dataclass(frozen=True, slots=True)
class MovedPace:
    """Time that stands still and is moved on by ``step_s`` seconds after each poll."""

    move: Callable[[float], None]
    step_s: float = 8.0
    most_polls: int = 60
    still: bool = True

    @property
    def bound(self) -> str:
        """How long a job may take, in words."""
        return f"{self.most_polls * self.step_s:g} s of the target's clock"

    def wait(self, poll: Exchange, polls: int) -> bool:
        """Move time on by one step."""
        self.move(self.step_s)
        return polls < self.most_polls

    def leap(self) -> None:
        """Move time on by an hour."""
        self.move(3600)


@dataclass
class WaitedPace:
    """Real time: as long as the target asks for, else growing from under a second to twenty.

    ``longest_s`` bounds the life of one job, ``most_polls`` the requests it takes.
    """

    longest_s: float = 900.0
    most_polls: int = 60
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic
    still: bool = False
    _since: float = field(default=0.0, init=False)

    @property
    def bound(self) -> str:
        """How long a job may take, in words."""
        return f"{self.longest_s:g} s"

    def wait(self, poll: Exchange, polls: int) -> bool:
        """Wait as long as the target asks, at least so long that the polls suffice."""
        if polls <= 1:
            self._since = self.now()
        spent = self.now() - self._since
        if spent >= self.longest_s or polls >= self.most_polls:
            return False
        least = min(20.0, 0.5 * 1.35**polls)
        self.sleep(max(least, min(asked_s(poll), 30.0)))
        return True

    def leap(self) -> None:
        """Wait a moment: an ended job has nothing to wait for."""
        self.sleep(0.2)


def asked_s(poll: Exchange) -> float:
    """How long the target asks to wait before the next poll, in seconds; 0 when it does not."""
    if poll.answer is None:
        return 0.0
    for name, unit in (("openai-poll-after-ms", 1000), ("retry-after", 1)):
        try:
            return max(0.0, float(poll.answer.header(name) or "") / unit)
        except ValueError:
            continue
    return 0.0
