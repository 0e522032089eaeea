"""Takes orders and finds jobs: the one place where a job is born, looked up and priced in time."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from mock_server.domain.clock import Clock
from mock_server.domain.ids import IdSource
from mock_server.domain.job import Job, Order, View, ends_ms, view_at
from mock_server.domain.scenario import Scenario
from mock_server.domain.timeline import Stage, Timeline
from mock_server.domain.webhooks import Endpoint, deliveries
from mock_server.http.errors import (
    VIDEO_EXPIRED,
    VIDEO_FAILED,
    VIDEO_NOT_COMPLETED,
    VIDEO_NOT_FOUND,
    VIDEO_NOT_READY,
    VIDEO_WITHOUT_CONTENT,
    ApiError,
    shown,
)
from mock_server.jobs.formats.unlisted import LABEL, unlisted
from mock_server.jobs.model_errors import paused, retired, unavailable
from mock_server.stores.protocol import Store, StoredStateError
from openapi.catalogue.models import Catalogue, Model
from openapi.dialects.dialect import Content

_LONGEST_POLL_MS = 5000
_POLLS_A_JOB = 20
_TOKEN_DIGITS = 32
# How many different ones new jobs share; others are made anew.
_MOST_TIMELINES = 1000


Naming = Callable[[IdSource], str]


class Course(NamedTuple):
    """What a new job does, and which webhook endpoints are told when it ends.

    ``kept`` is how long its content stays, unless the scenario says so.
    """

    scenario: Scenario
    kept: Content
    webhooks: tuple[Endpoint, ...] = ()


@dataclass(frozen=True, slots=True)
class JobService:
    """Store, catalogue and ids under one counter; ``polled`` moves a clock that steps.

    ``outgoing`` is told whose job was made where something is to be sent when it ends.
    """

    store: Store
    catalogue: Catalogue
    ids_of: Callable[[str], Awaitable[IdSource]]
    polled: Callable[[str, Clock], Awaitable[None]]
    outgoing: Callable[[str], None] = lambda _tenant: None
    # Jobs of one course share it: there are few courses and may be a million jobs.
    _timelines: dict[tuple[object, ...], Timeline] = field(default_factory=dict)

    def availability(self, model: str) -> ApiError | None:
        """Why a known model cannot be had; None when it can, or is not known."""
        row = self.catalogue.models.get(model)
        if row is None or row.status == "available":
            return None
        if row.status == "retired":
            return retired(model, row.retired_on)
        return paused(model) if row.status == "paused" else unavailable(model)

    def model(self, name: str) -> Model:
        """An available model; one that nobody lists has a row that is inferred.

        Raises:
            ApiError: it is retired, paused or unavailable.
        """
        problem = self.availability(name)
        if problem:
            raise problem
        return self.catalogue.models.get(name) or unlisted(name)

    def label(self, model: str) -> str:
        """What metrics call a model: the names that nobody lists are without number."""
        return model if model in self.catalogue.models else LABEL

    async def place(
        self, tenant: str, now: int, order: Order, *, named: Naming, course: Course
    ) -> Job:
        """Keep a new job that takes the course at its model's pace."""
        ids = await self.ids_of(tenant)
        job = Job(
            id=named(ids),
            tenant=tenant,
            order=order,
            created_ms=now,
            timeline=self._timeline(order, course.scenario, course.kept),
            token=ids.hexadecimal(_TOKEN_DIGITS),
        )
        told = tuple(deliveries(job, course.webhooks)) if course.webhooks else ()
        await self.store.add(job, told)
        if told:
            self.outgoing(tenant)
        return job

    async def remove(
        self, tenant: str, job_id: str, *, now: int, webhooks: tuple[Endpoint, ...]
    ) -> bool:
        """Remove the caller's job; whether there was one. If it has yet to end, nobody is told."""
        try:
            job = await self.store.get(tenant, job_id) if webhooks else None
        except StoredStateError:
            # Removing it is the way to be rid of it.
            job = None
        end = None if job is None else ends_ms(job)
        if job is None or end is None or end <= now:
            return await self.store.delete(tenant, job_id)
        withdrawn = [delivery.id for delivery in deliveries(job, webhooks)]
        return await self.store.delete(tenant, job_id, withdrawn)

    def _timeline(self, order: Order, scenario: Scenario, kept: Content) -> Timeline:
        model = self.label(order.model)
        key = (scenario.name, model, order.seconds, kept.kept_ms, kept.from_birth)
        timeline = self._timelines.get(key)
        if timeline is None:
            if len(self._timelines) >= _MOST_TIMELINES:
                self._timelines.clear()
            timeline = self._timelines[key] = self._planned(order, scenario, kept)
        return timeline

    def _planned(self, order: Order, scenario: Scenario, kept: Content) -> Timeline:
        model = self.catalogue.models.get(order.model) or unlisted(order.model)
        running = model.per_second_ms * order.seconds
        timeline = scenario.timeline(
            queued_ms=model.queued_ms, running_ms=running, retention_ms=kept.kept_ms
        )
        if not kept.from_birth or scenario.retention_s is not None:
            return timeline
        life = sum(phase.duration_ms or 0 for phase in timeline.phases)
        return replace(timeline, retention_ms=kept.kept_ms - life)

    async def find(self, tenant: str, job_id: str) -> Job:
        """The caller's job.

        Raises:
            ApiError: 404, the same for a job of somebody else and for one that never was.
        """
        job = await self.store.get(tenant, job_id)
        if job is None:
            raise not_found(job_id)
        return job

    async def finished(self, tenant: str, job_id: str, now: int) -> tuple[Job, View]:
        """The caller's job, whose content can be had at ``now``.

        Raises:
            ApiError: 404, it does not exist, is not ready, failed, or has expired.
        """
        job = await self.find(tenant, job_id)
        view = view_at(job, now)
        require_content(job, view)
        return job, view

    async def parent(self, tenant: str, job_id: str, now: int) -> Job:
        """The caller's job, which another may be made from.

        Raises:
            ApiError: 409, it is not finished; 404, it does not exist or has no content.
        """
        job = await self.find(tenant, job_id)
        view = view_at(job, now)
        if view.waiting:
            message = f"Video '{job_id}' is not finished yet."
            raise ApiError(VIDEO_NOT_COMPLETED, message, facts=_facts(job, view))
        require_content(job, view)
        return job


def poll_headers(clock: Clock, view: View) -> dict[str, str]:
    """While a job waits, how many real milliseconds to wait before asking again."""
    if not view.waiting:
        return {}
    # Nobody knows when a stuck job ends; each second of its clock is soon enough.
    left = _POLLS_A_JOB * 1000 if view.remaining_ms is None else view.remaining_ms
    span = clock.wall_ms(left)
    pause = min(_LONGEST_POLL_MS, max(clock.shortest_wait_ms, span // _POLLS_A_JOB))
    return {"openai-poll-after-ms": str(pause)}


def not_found(job_id: str, param: str = "id") -> ApiError:
    """The answer for an id that is not the caller's, whatever the reason."""
    known_as = shown(job_id)
    message = f"No video with id '{known_as}'."
    return ApiError(VIDEO_NOT_FOUND, message, param=param, facts={"id": known_as})


def require_content(job: Job, view: View) -> None:
    """Hold a job to having content.

    Raises:
        ApiError: 404, it is not ready, failed, or has expired.
    """
    if view.waiting:
        problem = VIDEO_NOT_READY, f"Video is not ready yet, it is at {view.progress} %."
    elif view.stage is Stage.FAILED:
        problem = VIDEO_FAILED, f"Video '{job.id}' failed; it has no content."
    elif not view.content:
        problem = VIDEO_WITHOUT_CONTENT, f"Video '{job.id}' completed without content."
    elif view.expired:
        problem = VIDEO_EXPIRED, f"The content of video '{job.id}' has expired."
    else:
        return
    raise ApiError(*problem, facts=_facts(job, view))


def _facts(job: Job, view: View) -> dict[str, object]:
    return {"id": job.id, "stage": view.stage.value, "progress": view.progress}
