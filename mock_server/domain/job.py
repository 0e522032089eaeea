"""A job as a record of facts, and its state at any instant, which is computed and never stored.

Nothing here reads a clock or a store. ``view_at`` can be called for any instant, in any order, and
always returns the same view.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple


class Stage(StrEnum):
    """The stage of a job; each format and dialect has its own status values for these."""

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
    """A part of a timeline, in one stage; progress, in percent, rises evenly from start to end.

    A phase without a duration never ends. ``word`` replaces the format's status value.
    """

    stage: Stage
    duration_ms: int | None
    progress_start: int = 0
    progress_end: int = 0
    word: str | None = None

    def progress_at(self, elapsed_ms: int) -> int:
        """The progress when so much of the phase has passed."""
        span = self.progress_end - self.progress_start
        gained = span * elapsed_ms // self.duration_ms if self.duration_ms else 0
        return self.progress_start + gained


@dataclass(frozen=True, slots=True)
class Timeline:
    """The phases of a job in order, and its outcome.

    ``retention_ms`` is how long the content stays; None keeps it. With ``content`` of False the job
    completes without content; ``refunded`` marks a job that is not charged.
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
        """How long a job takes to complete or fail; None if it never does."""
        life = 0
        for phase in self.phases:
            if phase.duration_ms is None:
                return None
            life += phase.duration_ms
        return life


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The parameters of a job, independent of the format of the request that created it."""

    family: str
    kind: str
    model: str
    prompt: str
    size: str
    seconds: int
    width: int
    height: int
    parent: str | None = None
    private: bool = False
    extensions: int = 0
    request: Mapping[str, Any] = field(default_factory=dict)


class Cost(NamedTuple):
    """What a job costs, in millionths of a US dollar; it is fixed when the job is accepted.

    ``price`` is the list price, which a completed job is charged; None where it is unknown. The
    other numbers are how much of it is charged while the job waits or runs, if it has failed, and
    if it is removed before its end.
    """

    price: int | None = None
    waiting: int = 0
    failed: int = 0
    removed: int = 0


UNPRICED = Cost()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job: its parameters, when it was created, its timeline and its cost.

    ``token`` is a secret part of the links to its media, which need no API key. ``request_id``,
    ``retry`` and ``digest`` are of the request that created it: its id, the number of earlier
    attempts according to the client, and a digest of its body.
    """

    id: str
    tenant: str
    order: Order
    created_ms: int
    timeline: Timeline
    token: str
    cost: Cost = UNPRICED
    request_id: str = ""
    retry: int = 0
    digest: str = ""


class View(NamedTuple):
    """A job's state at one instant. ``changed_ms`` is when its stage was entered.

    ``word`` replaces the format's status value; ``content`` says whether the outcome has content.
    """

    stage: Stage
    progress: int
    changed_ms: int
    completed_ms: int | None = None
    expires_ms: int | None = None
    expired: bool = False
    error: JobError | None = None
    remaining_ms: int | None = None
    word: str | None = None
    content: bool = True

    @property
    def waiting(self) -> bool:
        """Whether the job has neither completed nor failed."""
        return self.stage in (Stage.QUEUED, Stage.RUNNING)

    @property
    def downloadable(self) -> bool:
        """Whether there is content that has not expired."""
        return self.stage is Stage.COMPLETED and self.content and not self.expired


def view_at(job: Job, now_ms: int) -> View:
    """The state of ``job`` at ``now_ms``; an instant before its creation counts as its creation."""
    now_ms = max(now_ms, job.created_ms)
    entered = job.created_ms
    progress = 0
    end = ends_ms(job)
    for phase in job.timeline.phases:
        if phase.duration_ms is None or now_ms < entered + phase.duration_ms:
            return View(
                phase.stage,
                phase.progress_at(now_ms - entered),
                entered,
                remaining_ms=None if end is None else end - now_ms,
                word=phase.word,
            )
        entered += phase.duration_ms
        progress = phase.progress_end
    return _outcome(job.timeline, entered, progress, now_ms)


def _outcome(timeline: Timeline, ended_ms: int, progress: int, now_ms: int) -> View:
    if timeline.outcome is not Stage.COMPLETED:
        return View(
            timeline.outcome,
            progress,
            ended_ms,
            error=timeline.error,
            word=timeline.word,
            content=False,
        )
    expires = None if timeline.retention_ms is None else ended_ms + timeline.retention_ms
    expired = expires is not None and now_ms >= expires
    return View(
        Stage.COMPLETED,
        100,
        ended_ms,
        ended_ms,
        expires,
        expired,
        word=timeline.word,
        content=timeline.content,
    )


def ends_ms(job: Job) -> int | None:
    """The instant at which a job completes or fails; None if it never does."""
    life = job.timeline.life_ms
    return None if life is None else job.created_ms + life


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """One character of one tenant. ``source`` is the clip, job or upload it was cut from."""

    id: str
    tenant: str
    name: str
    created_ms: int
    source: str
