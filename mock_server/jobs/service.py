"""Creates, finds and removes jobs, independent of the format of requests."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from mock_server.domain.bill import UNBOUND, OverBudgetError, Terms, dollars
from mock_server.domain.endings import timed_out
from mock_server.domain.ids import IdSource
from mock_server.domain.job import (
    UNPRICED,
    Cost,
    Job,
    JobError,
    Order,
    Stage,
    Timeline,
    View,
    ends_ms,
    view_at,
)
from mock_server.domain.scenario import Draw, Scenario
from mock_server.domain.webhooks import Endpoint, deliveries
from mock_server.http.errors import (
    INSUFFICIENT_QUOTA,
    VIDEO_EXPIRED,
    VIDEO_FAILED,
    VIDEO_NOT_COMPLETED,
    VIDEO_NOT_FOUND,
    VIDEO_NOT_READY,
    VIDEO_WITHOUT_CONTENT,
    ApiError,
    model_paused,
    model_retired,
    model_unavailable,
    shown,
)
from mock_server.stores.protocol import Store, StoredStateError
from openapi.catalogue.models import Catalogue, Model, inferred_model
from openapi.dialects.dialect import Dialect

# Timelines that new jobs share.
_MOST_TIMELINES = 1000
_TOKEN_DIGITS = 32
# The label of unlisted models in metrics; clients can send any number of names.
_UNLISTED = "unlisted"


class JobPlan(NamedTuple):
    """What a new job does.

    ``dialect`` says how long the job's content is kept, unless the scenario does, and what of its
    price is charged. ``webhooks`` are the endpoints that get an event when the job ends.
    """

    scenario: Scenario
    dialect: Dialect
    webhooks: tuple[Endpoint, ...] = ()


class Origin(NamedTuple):
    """The request that creates a job.

    ``retry`` is the number of earlier attempts, ``digest`` that of its body, and ``terms`` those on
    which the job is accepted.
    """

    request_id: str = ""
    retry: int = 0
    digest: str = ""
    terms: Terms = UNBOUND


_NO_REQUEST = Origin()


@dataclass(frozen=True, slots=True)
class JobService:
    """Creates, finds and removes the jobs of all tenants.

    ``ids_of`` returns a source of ids for a tenant, ``polled`` advances a tenant's stepping clock
    after a poll, and ``outgoing`` is called with the tenant of a new job that has webhooks to send.
    Unless ``exact``, each new job draws how long it takes.
    """

    store: Store
    catalogue: Catalogue
    ids_of: Callable[[str], Awaitable[IdSource]]
    polled: Callable[[str], Awaitable[object]]
    outgoing: Callable[[str], None] = lambda _tenant: None
    exact: bool = True
    # Jobs with the same plan share a timeline: there are few plans and may be a million jobs.
    _timelines: dict[tuple[object, ...], Timeline] = field(default_factory=dict)
    _costs: dict[tuple[object, ...], Cost] = field(default_factory=dict)

    def availability(self, model: str) -> ApiError | None:
        """Why a known model is not available; None if it is, or is unknown."""
        row = self.catalogue.models.get(model)
        if row is None or row.status == "available":
            return None
        if row.status == "retired":
            return model_retired(model, row.retired_on)
        return model_paused(model) if row.status == "paused" else model_unavailable(model)

    def model(self, name: str) -> Model:
        """An available model; for one that is not in the catalogue, its facts are inferred.

        Raises:
            ApiError: it is retired, paused or unavailable.
        """
        problem = self.availability(name)
        if problem:
            raise problem
        return self.catalogue.models.get(name) or inferred_model(name)

    def label(self, model: str) -> str:
        """A model's label in metrics; all models that are not in the catalogue share one."""
        return model if model in self.catalogue.models else _UNLISTED

    async def create(
        self,
        tenant: str,
        now: int,
        order: Order,
        *,
        plan: JobPlan,
        new_id: str,
        ids: IdSource,
        origin: Origin = _NO_REQUEST,
        billed_s: int | None = None,
    ) -> Job:
        """Create a job that follows the plan.

        Its token, which makes the links to its media secret, is drawn from ``ids``, and after that
        how long it takes. ``billed_s`` is how many of its seconds are paid for, all by default.
        Returns an earlier job if the terms of ``origin`` say so.

        Raises:
            ApiError: the job exceeds the tenant's budget.
        """
        token = ids.hexadecimal(_TOKEN_DIGITS)
        job = Job(
            id=new_id,
            tenant=tenant,
            order=order,
            created_ms=now,
            timeline=self._timeline(order, plan, ids),
            token=token,
            cost=self._cost(order, plan, order.seconds if billed_s is None else billed_s),
            request_id=origin.request_id,
            retry=origin.retry,
            digest=origin.digest,
        )
        events = tuple(deliveries(job, plan.webhooks)) if plan.webhooks else ()
        try:
            kept = await self.store.add(job, events, origin.terms)
        except OverBudgetError as error:
            raise _over_budget(origin.terms, error, job.cost) from error
        if events and kept.id == job.id:
            self.outgoing(tenant)
        return kept

    async def remove(
        self, tenant: str, job_id: str, *, now: int, webhooks: tuple[Endpoint, ...]
    ) -> bool:
        """Remove the tenant's job; False if there is none. No event is sent if it has not ended."""
        try:
            job = await self.store.get(tenant, job_id) if webhooks else None
        except StoredStateError:
            # A job whose stored form is damaged can still be removed.
            job = None
        end = None if job is None else ends_ms(job)
        if job is None or end is None or end <= now:
            return await self.store.delete(tenant, job_id, now)
        withdrawn = [delivery.id for delivery in deliveries(job, webhooks)]
        return await self.store.delete(tenant, job_id, now, withdrawn)

    def _cost(self, order: Order, plan: JobPlan, seconds: int) -> Cost:
        scenario = plan.scenario
        key = (self.label(order.model), order.size, seconds, scenario.name, plan.dialect.billing)
        cost = self._costs.get(key)
        if cost is None:
            if len(self._costs) >= _MOST_TIMELINES:
                self._costs.clear()
            model = self.catalogue.models.get(order.model) or inferred_model(order.model)
            cost = self._costs[key] = cost_of(model.price.micros(order.size, seconds), plan)
        return cost

    def _timeline(self, order: Order, plan: JobPlan, ids: IdSource) -> Timeline:
        if not self.exact and not plan.scenario.is_fixed:
            return self._new_timeline(order, plan, ids.between)
        model, content = self.label(order.model), plan.dialect.content
        kept = (content.kept_ms, content.from_birth, plan.dialect.timeout)
        key = (plan.scenario.name, model, order.seconds, *kept)
        timeline = self._timelines.get(key)
        if timeline is None:
            if len(self._timelines) >= _MOST_TIMELINES:
                self._timelines.clear()
            timeline = self._timelines[key] = self._new_timeline(order, plan)
        return timeline

    def _new_timeline(self, order: Order, plan: JobPlan, draw: Draw | None = None) -> Timeline:
        scenario, content = plan.scenario, plan.dialect.content
        model = self.catalogue.models.get(order.model) or inferred_model(order.model)
        queued: float = model.queued_ms
        running: float = model.per_second_ms * order.seconds
        spread = model.spread or self.catalogue.spread
        if draw is not None and spread:
            queued, running = queued * draw(spread), running * draw(spread)
        timeline = scenario.timeline(
            queued_ms=queued, running_ms=running, retention_ms=content.kept_ms, draw=draw
        )
        limit = plan.dialect.timeout
        if limit.after_ms is not None:
            error = JobError(limit.code, limit.message)
            timeline = timed_out(timeline, limit.after_ms, error)
        if not content.from_birth or scenario.retention_s is not None:
            return timeline
        life = sum(phase.duration_ms or 0 for phase in timeline.phases)
        return replace(timeline, retention_ms=content.kept_ms - life)

    async def find(self, tenant: str, job_id: str) -> Job:
        """The tenant's job with that id.

        Raises:
            ApiError: 404, the tenant has no such job.
        """
        job = await self.store.get(tenant, job_id)
        if job is None:
            raise not_found(job_id)
        return job

    async def finished(self, tenant: str, job_id: str, now: int) -> tuple[Job, View]:
        """The tenant's job and its view at ``now``, when its content is available.

        Raises:
            ApiError: 404, it does not exist, has not completed, or has no content any more.
        """
        job = await self.find(tenant, job_id)
        view = view_at(job, now)
        require_content(job, view)
        return job, view

    async def parent(self, tenant: str, job_id: str, now: int) -> Job:
        """The tenant's job as the parent of a new job.

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


def cost_of(price: int | None, plan: JobPlan) -> Cost:
    """What a job of that price costs; a scenario can say that a failed job is refunded."""
    if price is None:
        return UNPRICED
    billing = plan.dialect.billing
    return Cost(
        price=price,
        waiting=price if billing.at_once else 0,
        failed=0 if billing.failed or plan.scenario.refunded else price,
        removed=0 if billing.cancelled else price,
    )


def _over_budget(terms: Terms, error: OverBudgetError, cost: Cost) -> ApiError:
    message = (
        f"The budget of this API key is ${dollars(terms.budget or 0)}, of which "
        f"${dollars(error.spent)} is used; this job costs ${dollars(cost.price or 0)}."
    )
    return ApiError(INSUFFICIENT_QUOTA, message)


def not_found(job_id: str, param: str = "id") -> ApiError:
    """The error for an id that the tenant has no job with."""
    known_as = shown(job_id)
    message = f"No video with id '{known_as}'."
    return ApiError(VIDEO_NOT_FOUND, message, param=param, facts={"id": known_as})


def require_content(job: Job, view: View) -> None:
    """Require that a job has content.

    Raises:
        ApiError: 404, it has not completed, failed, has no content, or it has expired.
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
