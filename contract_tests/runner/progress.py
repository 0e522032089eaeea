"""What a run does at present, for anyone who watches it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from contract_tests.lifecycle.waiting import Wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much a run has used up.

    Attributes:
        most_requests: how many requests it may send; None is without limit.
        jobs: the jobs and the money, as text.
    """

    requests: int = 0
    most_requests: int | None = None
    jobs: str = ""

    @property
    def text(self) -> str:
        """Requests, jobs and money in one line."""
        limit = "" if self.most_requests is None else f" of {self.most_requests}"
        return ", ".join(filter(None, (f"{self.requests} requests{limit}", self.jobs)))


@dataclass
class Progress:
    """What a run does; one thread writes it, any thread may read it.

    Attributes:
        changed: is called with a new stage, and when an awaited job has another status.
        counts: what is used up.
        waits: the jobs that the run waits for, by name and id.
    """

    changed: Callable[["Progress"], None] = lambda progress: None
    counts: Callable[[], Counts] = Counts
    waits: Sequence[Wait] = ()
    stage: str = ""
    step: str = ""
    _since_s: float = field(default_factory=time.monotonic)

    @property
    def elapsed_s(self) -> float:
        """The seconds since the start."""
        return time.monotonic() - self._since_s

    @property
    def what(self) -> str:
        """Stage and step."""
        return ": ".join(filter(None, (self.stage, self.step))) or "Starting"

    @property
    def line(self) -> str:
        """Everything in one line."""
        waits = "; ".join(each.text for each in self.waits)
        facts = (self.counts().text, f"{self.elapsed_s:.0f} s", waits and f"waits for {waits}")
        return f"{self.what}; {', '.join(filter(None, facts))}"

    def begin(self, stage: str) -> None:
        """Begin a stage."""
        self.stage, self.step = stage, ""
        self.changed(self)

    def go_on(self, step: str) -> None:
        """Begin a step of the stage."""
        self.step = step

    def wait(self, waits: Sequence[Wait]) -> None:
        """Wait for some jobs."""
        is_new = _statuses(waits) != _statuses(self.waits)
        self.waits = waits
        if is_new and waits:
            self.changed(self)


def _statuses(waits: Sequence[Wait]) -> list[tuple[str, str]]:
    return [(each.job, each.status) for each in waits]
