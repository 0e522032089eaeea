"""Scenarios: templates of timelines, which a model's own timing completes."""

import random
from dataclasses import dataclass

from mock_server.domain.job import JobError, Phase, Stage, Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One phase of a scenario: ``seconds`` long, or ``times`` the model's usual time for its stage.

    With ``forever`` the job never leaves it. ``word`` replaces the format's status value.
    """

    stage: Stage
    seconds: float | None = None
    times: float = 1.0
    forever: bool = False
    progress: tuple[int, int] = (0, 0)
    word: str | None = None

    def phase(self, own_ms: int) -> Phase:
        """The phase for a model that usually takes ``own_ms`` for the stage."""
        length = round(self.seconds * 1000) if self.seconds is not None else own_ms * self.times
        start, end = self.progress
        return Phase(self.stage, None if self.forever else round(length), start, end, self.word)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The error that a create gets instead of a job."""

    status: int
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What a job does. ``retention_s`` of None keeps content as long as the dialect does."""

    name: str
    summary: str
    steps: tuple[Step, ...] = ()
    ends: Stage = Stage.COMPLETED
    word: str | None = None
    error: JobError | None = None
    retention_s: float | None = None
    content: bool = True
    refunded: bool = False
    refusal: Refusal | None = None

    def timeline(self, *, queued_ms: int, running_ms: int, retention_ms: int | None) -> Timeline:
        """The timeline of a job, given the usual times of its model."""
        own = {Stage.QUEUED: queued_ms, Stage.RUNNING: running_ms}
        kept = retention_ms if self.retention_s is None else round(self.retention_s * 1000)
        return Timeline(
            name=self.name,
            phases=tuple(step.phase(own[step.stage]) for step in self.steps),
            outcome=self.ends,
            error=self.error,
            retention_ms=kept,
            word=self.word,
            content=self.content,
            refunded=self.refunded,
        )


@dataclass(frozen=True, slots=True)
class Mix:
    """Several scenarios, of which each new job draws one; weights are above zero."""

    parts: tuple[tuple[Scenario, float], ...]

    @property
    def name(self) -> str:
        """Names and weights in the form of the command line."""
        return ",".join(f"{scenario.name}={weight:g}" for scenario, weight in self.parts)

    @property
    def weights(self) -> dict[str, float]:
        """The weights of the scenarios by their names."""
        return {scenario.name: weight for scenario, weight in self.parts}

    def draw(self, chance: random.Random) -> Scenario:
        """Draw the scenario of the next job."""
        scenarios, weights = zip(*self.parts, strict=True)
        drawn: Scenario = chance.choices(scenarios, weights)[0]
        return drawn
