"""Ends jobs, or their content, before their plan does: what somebody decided by hand.

The part of a timeline that has passed stays, so that nothing which a client has seen changes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from mock_server.domain.job import Job, JobError, Phase, Stage, Timeline, View, view_at


class EndingError(ValueError):
    """A job cannot be ended like this; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a job ends; ``word`` replaces the format's status value.

    ``cancelled``: its customer ended it, so that it costs as much as one that is removed.
    """

    outcome: Stage = Stage.COMPLETED
    error: JobError | None = None
    word: str | None = None
    cancelled: bool = False


def end_now(job: Job, now_ms: int, ending: Ending | None, *, from_birth: bool = False) -> Job:
    """The job with its end at ``now_ms``; without an ``ending`` it ends as planned.

    ``from_birth``: its content expires when it would have, because it is kept from the creation.

    Raises:
        EndingError: it has ended already.
    """
    view, planned = view_at(job, now_ms), job.timeline
    if not view.waiting:
        raise EndingError(f"The job has ended: it is {view.stage}.")
    now_ms = max(now_ms, job.created_ms)
    timeline = replace(planned, phases=tuple(_until(planned.phases, now_ms - job.created_ms)))
    if planned.retention_ms is not None and from_birth:
        saved = sum(phase.duration_ms or 0 for phase in planned.phases) - (now_ms - job.created_ms)
        timeline = replace(timeline, retention_ms=max(0, planned.retention_ms + saved))
    if ending is None:
        return replace(job, timeline=timeline)
    cost = job.cost._replace(failed=job.cost.removed) if ending.cancelled else job.cost
    return replace(job, timeline=_ending(timeline, ending), cost=cost)


def timed_out(timeline: Timeline, after_ms: int, error: JobError) -> Timeline:
    """The timeline of a job that fails with ``error`` if it lasts longer than ``after_ms``."""
    life = timeline.life_ms
    if life is not None and life <= after_ms:
        return timeline
    phases = tuple(_until(timeline.phases, after_ms))
    return _ending(replace(timeline, phases=phases), Ending(outcome=Stage.FAILED, error=error))


def expire_now(job: Job, now_ms: int) -> Job:
    """The job with content that expires at ``now_ms``.

    Raises:
        EndingError: there is no content, or it has expired.
    """
    view = view_at(job, now_ms)
    if not view.downloadable or view.completed_ms is None:
        raise EndingError(f"There is no content that could expire: {_lack(view)}.")
    kept_ms = max(now_ms, view.completed_ms) - view.completed_ms
    return replace(job, timeline=replace(job.timeline, retention_ms=kept_ms))


def _ending(timeline: Timeline, ending: Ending) -> Timeline:
    completed = ending.outcome is Stage.COMPLETED
    return replace(
        timeline,
        outcome=ending.outcome,
        error=ending.error,
        word=ending.word,
        content=completed,
        refunded=timeline.refunded and not completed,
    )


def _until(phases: Iterable[Phase], left_ms: int) -> Iterator[Phase]:
    """The phases of a job's first ``left_ms``, in which it does not end; the last one is cut."""
    for phase in phases:
        if phase.duration_ms is None or left_ms < phase.duration_ms:
            yield replace(phase, duration_ms=left_ms, progress_end=phase.progress_at(left_ms))
            return
        yield phase
        left_ms -= phase.duration_ms


def _lack(view: View) -> str:
    if view.expired:
        return "it has expired"
    return "the job completed without any" if view.completed_ms else f"the job is {view.stage}"
