"""Changes a job by hand: ends it early, lets its content expire, removes or remixes it."""

from collections.abc import Callable
from dataclasses import dataclass

from mock_server.domain.endings import Ending, EndingError, end_now, expire_now
from mock_server.domain.job import Job
from mock_server.domain.webhooks import deliveries, event_id
from mock_server.http.errors import CONFLICT, CONTROL_INVALID, ApiError
from mock_server.jobs.formats import videos
from mock_server.jobs.handlers.create import derived, require_public
from mock_server.jobs.service import JobPlan, JobService, not_found
from mock_server.scenarios.selection import ScenarioSelector
from mock_server.tenants import TenantRepository, TenantState


@dataclass(frozen=True, slots=True)
class JobActions:
    """What somebody who watches jobs can do with one, at the instant of its tenant's clock."""

    jobs: JobService
    scenarios: ScenarioSelector
    tenants: TenantRepository

    async def find(self, tenant: str, job_id: str) -> tuple[Job, int]:
        """A job and the instant of its tenant's clock.

        Raises:
            ApiError: 404, the tenant has no such job.
        """
        job, state = await self._found(tenant, job_id)
        return job, state.clock.now()

    async def end(self, tenant: str, job_id: str, ending: Ending | None) -> tuple[Job, int]:
        """End a job now, as planned if ``ending`` is None.

        Its webhooks become due: those to the endpoints that the tenant has now.

        Raises:
            ApiError: 404, the tenant has no such job; 409, it has ended.
        """
        job, state = await self._found(tenant, job_id)
        from_birth = state.dialect.content.from_birth
        return await self._changed(
            state, job, lambda now: end_now(job, now, ending, from_birth=from_birth)
        )

    async def expire(self, tenant: str, job_id: str) -> tuple[Job, int]:
        """Let the content of a job expire now.

        Raises:
            ApiError: 404, the tenant has no such job; 409, it has no content.
        """
        job, state = await self._found(tenant, job_id)
        return await self._changed(state, job, lambda now: expire_now(job, now))

    async def remove(self, tenant: str, job_id: str) -> None:
        """Remove a job, whose webhooks are not sent if it has not ended.

        Raises:
            ApiError: 404, the tenant has no such job.
        """
        state = await self.tenants.read(tenant)
        now, webhooks = state.clock.now(), state.webhooks
        if not await self.jobs.remove(tenant, job_id, now=now, webhooks=webhooks):
            raise not_found(job_id, "job_id")

    async def remix(self, tenant: str, job_id: str, prompt: str) -> tuple[Job, int]:
        """Create a remix of a job, as the gateway's own operation does.

        Raises:
            ApiError: 403 for a private job, 409 for an unfinished one, 404 without content, or the
                scenario refuses the job.
        """
        state = await self.tenants.read(tenant)
        now = state.clock.now()
        parent = require_public(await self.jobs.parent(tenant, job_id, now))
        scenario, ids = await self.scenarios.choose(tenant, state.scenario, ())
        job = await self.jobs.create(
            *(tenant, now, derived(parent, "remix", {"prompt": prompt})),
            plan=JobPlan(scenario, state.dialect, state.webhooks),
            new_id=videos.new_id(ids, state.dialect.ids, now),
            ids=ids,
        )
        return job, now

    async def _found(self, tenant: str, job_id: str) -> tuple[Job, TenantState]:
        job = await self.jobs.store.get(tenant, job_id)
        if job is None:
            raise not_found(job_id, "job_id")
        return job, await self.tenants.read(tenant)

    async def _changed(
        self, state: TenantState, job: Job, change: Callable[[int], Job]
    ) -> tuple[Job, int]:
        now, endpoints = state.clock.now(), state.webhooks
        try:
            changed = change(now)
        except EndingError as error:
            raise ApiError(CONTROL_INVALID, str(error), status=CONFLICT) from error
        moved = changed.timeline.life_ms != job.timeline.life_ms
        events = tuple(deliveries(changed, endpoints)) if moved else ()
        event = event_id(job)
        planned = [f"{event}.{endpoint.id}" for endpoint in endpoints] if moved else []
        if not await self.jobs.store.replace(changed, events, planned):
            raise not_found(job.id, "job_id")
        if events:
            self.jobs.outgoing(job.tenant)
        return changed, now
