"""Operations on the jobs of a tenant: list and look at them, end, expire, remove or remix one."""

from collections.abc import Mapping
from typing import Any

from mock_server.control import records
from mock_server.control.access import target_tenant
from mock_server.domain.endings import Ending
from mock_server.domain.job import Job, JobError, Stage
from mock_server.http.errors import CONTROL_INVALID, ApiError
from mock_server.http.exchange import Handler, Inbound, JsonReply
from mock_server.jobs.actions import JobActions
from mock_server.jobs.service import not_found
from mock_server.tenants import TenantRepository
from video_gateway_mock.records import JobRecord

_PLANNED, _COMPLETED, _FAILED, _CANCELLED = "planned", "completed", "failed", "cancelled"
# The codes and messages of the shipped scenarios ``fails_at_60`` and ``cancelled``.
_ERRORS = {
    _FAILED: ("generation_failed", "The video could not be generated."),
    _CANCELLED: ("cancelled", "The job was cancelled upstream."),
}


class JobHandlers:
    """``listJobs``, ``getJob``, ``endJob``, ``expireJob``, ``deleteJob`` and ``remixJob``."""

    def __init__(self, tenants: TenantRepository, actions: JobActions) -> None:
        self._tenants = tenants
        self._actions = actions

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {
            "listJobs": self.list,
            "getJob": self.get,
            "endJob": self.end,
            "expireJob": self.expire,
            "deleteJob": self.delete,
            "remixJob": self.remix,
        }

    async def list(self, request: Inbound) -> JsonReply:
        """Some jobs, the newest first.

        Raises:
            ApiError: 404, there is no job ``after``.
        """
        tenant = await target_tenant(request, self._tenants)
        now = (await self._tenants.read(tenant)).clock.now()
        after, limit = request.query["after"], request.query["limit"]
        page = await self._tenants.store.page(tenant, after=after, limit=limit, newest_first=True)
        if page is None:
            raise not_found(after, "after")
        jobs = [self._record(request, job, now) for job in page.jobs]
        return JsonReply({"jobs": jobs, "has_more": page.has_more})

    async def get(self, request: Inbound) -> JsonReply:
        """One job."""
        return self._reply(request, await self._actions.find(*await self._named(request)))

    async def end(self, request: Inbound) -> JsonReply:
        """End a job now.

        Raises:
            ApiError: 400, an error is given for a job that does not fail; 409, it has ended.
        """
        ending = _ending(request.body.fields)
        return self._reply(request, await self._actions.end(*await self._named(request), ending))

    async def expire(self, request: Inbound) -> JsonReply:
        """Let the content of a job expire now."""
        return self._reply(request, await self._actions.expire(*await self._named(request)))

    async def delete(self, request: Inbound) -> JsonReply:
        """Remove a job."""
        await self._actions.remove(*await self._named(request))
        return JsonReply({"done": True})

    async def remix(self, request: Inbound) -> JsonReply:
        """Create a remix of a job."""
        prompt = request.body.fields["prompt"]
        return self._reply(request, await self._actions.remix(*await self._named(request), prompt))

    async def _named(self, request: Inbound) -> tuple[str, str]:
        return await target_tenant(request, self._tenants), request.path["job_id"]

    def _reply(self, request: Inbound, found: tuple[Job, int]) -> JsonReply:
        return JsonReply(self._record(request, *found))

    def _record(self, request: Inbound, job: Job, now: int) -> JobRecord:
        return records.job(job, now, base_url=request.base_url)


def _ending(fields: Mapping[str, Any]) -> Ending | None:
    outcome = fields.get("outcome", _PLANNED)
    if outcome in _ERRORS:
        code, message = _ERRORS[outcome]
        error = JobError(fields.get("code", code), fields.get("message", message))
        word = _CANCELLED if outcome == _CANCELLED else None
        return Ending(outcome=Stage.FAILED, error=error, word=word)
    for name in ("code", "message"):
        if name in fields:
            text = f"'{name}' belongs to the outcomes 'failed' and 'cancelled', not to '{outcome}'."
            raise ApiError(CONTROL_INVALID, text, param=name)
    return Ending() if outcome == _COMPLETED else None
