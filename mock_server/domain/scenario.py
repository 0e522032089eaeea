"""Scenarios: templates of timelines, which a model's own timing completes."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mock_server.domain.job import JobError, Phase, Stage, Timeline

# Draws one of the multiples between some quantiles.
Draw = Callable[[Sequence[float]], float]


def between(quantiles: Sequence[float], share: float) -> float:
    """The value below which ``share`` of all lie, from 0 to 1, by evenly spaced quantiles."""
    place = share * (len(quantiles) - 1)
    below = min(int(place), len(quantiles) - 2)
    return quantiles[below] + (quantiles[below + 1] - quantiles[below]) * (place - below)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One phase of a scenario: ``seconds`` long, or ``times`` the model's usual time for its stage.

    With ``forever`` the job never leaves it. ``word`` replaces the format's status value.
    ``spread`` are multiples of its length: evenly spaced quantiles, from the shortest phase to the
    longest; without any it is as long as the model's times are.
    """

    stage: Stage
    seconds: float | None = None
    times: float = 1.0
    forever: bool = False
    progress: tuple[int, int] = (0, 0)
    word: str | None = None
    spread: tuple[float, ...] = ()

    def phase(self, own_ms: float, draw: "Draw | None" = None) -> Phase:
        """The phase for a job whose model takes ``own_ms`` for the stage."""
        length = round(self.seconds * 1000) if self.seconds is not None else own_ms * self.times
        if draw is not None and self.spread:
            length *= draw(self.spread)
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
    """What a job does. ``retention_s`` of None keeps content as long as the dialect does.

    ``answered`` of False accepts the job and drops the connection without answering the create.
    """

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
    answered: bool = True

    @property
    def is_fixed(self) -> bool:
        """Whether all jobs take the same time, whatever their models."""
        return all(each.seconds is not None and not each.spread for each in self.steps)

    def timeline(
        self,
        *,
        queued_ms: float,
        running_ms: float,
        retention_ms: int | None,
        draw: Draw | None = None,
    ) -> Timeline:
        """The timeline of a job, given the times of its model.

        With ``draw`` the lengths of steps that have a spread are drawn.
        """
        own = {Stage.QUEUED: queued_ms, Stage.RUNNING: running_ms}
        kept = retention_ms if self.retention_s is None else round(self.retention_s * 1000)
        return Timeline(
            name=self.name,
            phases=tuple(step.phase(own[step.stage], draw) for step in self.steps),
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
