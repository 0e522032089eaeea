"""The course a job takes: a frozen plan of phases and an outcome, made when the job is born."""

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """Where a job stands; each family has its own words for these."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class JobError:
    """Why a job failed, in the terms a client sees."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of a job's life; progress in percent runs evenly from start to end.

    A phase without a duration never ends. ``word`` replaces the family's status word.
    """

    stage: Stage
    duration_ms: int | None
    progress_start: int = 0
    progress_end: int = 0
    word: str | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Phases in order, then the outcome. ``retention_ms`` is how long the content stays.

    ``content`` of False completes without any; ``refunded`` marks a job that was not charged.
    """

    name: str
    phases: tuple[Phase, ...]
    outcome: Stage = Stage.COMPLETED
    error: JobError | None = None
    retention_ms: int | None = None
    word: str | None = None
    content: bool = True
    refunded: bool = False

    @property
    def life_ms(self) -> int | None:
        """How long a job takes to end, well or badly; None where it never does."""
        life = 0
        for phase in self.phases:
            if phase.duration_ms is None:
                return None
            life += phase.duration_ms
        return life
