"""The handlers of operations that a contract describes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mock_server.domain.endings import Ending
from mock_server.domain.job import Job, JobError, Stage, view_at
from mock_server.http.exchange import Handler, Inbound, JsonReply, Reply
from mock_server.jobs.actions import JobActions
from mock_server.jobs.described.bodies import JobBody, Shown
from mock_server.jobs.formats import videos
from mock_server.jobs.formats.wire import Links, order_of, text
from mock_server.jobs.handlers.create import JobCreator
from mock_server.jobs.handlers.read import ReadHandlers
from mock_server.jobs.service import JobService
from mock_server.media import MediaLibrary
from mock_server.scenarios.selection import ScenarioSelector
from openapi.contract.contract import Contract, quote
from openapi.jobs.roles import JobRole, Role, read_roles

_USUAL_SIZE = "1280x720"
_CANCELLED = Ending(
    outcome=Stage.FAILED,
    error=JobError("cancelled", "The job was cancelled."),
    word="cancelled",
    cancelled=True,
)


def described_handlers(
    contract: Contract, actions: JobActions, media: MediaLibrary
) -> dict[str, Handler]:
    """A handler for each operation that the contract describes.

    Raises:
        SpecError: a description is incomplete, or names a place that the contract does not have.
    """
    jobs, reading = actions.jobs, ReadHandlers(actions.jobs, media)
    roles = read_roles(contract)
    found: dict[str, Handler] = {}
    for name, role in roles.items():
        show = _Show(JobBody(contract, role), role, tuple(roles.values()))
        if role.role is Role.CREATE:
            found[name] = DescribedCreate(jobs, actions.scenarios, role, show=show)
        elif role.role is Role.RESULT:
            found[name] = _Result(role, reading)
        else:
            found[name] = _OfOneJob(role, actions, show)
    return found


class _Show:
    """Answers with a job."""

    def __init__(self, body: JobBody, role: JobRole, roles: Sequence[JobRole]) -> None:
        """``roles`` are all of the contract: a response may show where a job can be read."""
        self._body = body
        self._read = _address(role, Role.READ, roles)
        own = role.forms["result"] == "operation"
        self._result = _address(role, Role.RESULT, roles) if own else None

    def reply(self, request: Inbound, job: Job) -> JsonReply:
        """The response of the operation that shows the job."""
        view, base_url = view_at(job, request.now), request.base_url
        shown = Shown(
            job,
            view,
            link=lambda: (
                base_url + self._result(job) if self._result else Links(base_url).video(job)
            ),
            address=lambda: base_url + self._read(job) if self._read else "",
        )
        return JsonReply(
            self._body.write(shown), status=self._body.status, deliberate=view.word is not None
        )


def _address(role: JobRole, wanted: Role, roles: Sequence[JobRole]) -> Callable[[Job], str] | None:
    """Makes the path of a job at the operation of a role, of several the one nearest to ``role``.

    None where the contract has none.
    """
    found = [each for each in roles if each.role is wanted and each.parameter]
    found.sort(key=lambda each: not each.operation.path.startswith(role.operation.path))
    if not found or found[0].parameter is None:
        return None
    operation, (place, name) = found[0].operation, found[0].parameter
    if place == "query":
        return lambda job: f"{operation.path}?{name}={quote(job.id)}"
    return lambda job: operation.fill(**{name: job.id})


class DescribedCreate(JobCreator):
    """Creates a job from the fields that the contract names."""

    def __init__(
        self, jobs: JobService, scenarios: ScenarioSelector, role: JobRole, *, show: _Show
    ) -> None:
        super().__init__(jobs, scenarios)
        self._role = role
        self._show = show

    async def __call__(self, request: Inbound) -> Reply:
        """Create a job.

        Raises:
            ApiError: the model is not available, or the scenario refuses the job.
        """
        fields = self._fields(request.body.fields)
        jobs, forms = self._jobs, request.dialect.ids
        model = jobs.model(str(fields.get("model", "")))
        size = text(fields, "size") or text(fields, "aspect_ratio") or model.default_size
        order = order_of(
            fields,
            model,
            jobs.catalogue,
            family=videos.NAME,
            size=size or _USUAL_SIZE,
            length="seconds",
        )
        new_id: Callable[[Any], str] = lambda ids: videos.new_id(ids, forms, request.now)  # noqa: E731
        job = await self._create(request, order, new_id)
        return self._show.reply(request._replace(now=job.created_ms), job)

    def _fields(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """The request's fields by what they ask for."""
        found = {name: sent[at] for name, at in self._role.fields.items() if at in sent}
        return {"prompt": "", **found}


@dataclass(frozen=True, slots=True)
class _Result:
    """Sends a job's video."""

    role: JobRole
    reading: ReadHandlers

    async def __call__(self, request: Inbound) -> Reply:
        job_id = _job_id(self.role, request)
        return await self.reading.download(request._replace(path={"video_id": job_id}, query={}))


@dataclass(frozen=True, slots=True)
class _OfOneJob:
    """Reads, cancels or deletes a job."""

    role: JobRole
    actions: JobActions
    show: _Show

    async def __call__(self, request: Inbound) -> Reply:
        tenant, jobs = request.tenant, self.actions.jobs
        job = await jobs.find(tenant, _job_id(self.role, request))
        if self.role.role is Role.CANCEL:
            job, _ = await self.actions.end(tenant, job.id, _CANCELLED)
        elif self.role.role is Role.DELETE:
            await jobs.remove(tenant, job.id, now=request.now, webhooks=request.webhooks)
        reply = self.show.reply(request, job)
        if self.role.role is Role.READ and request.clock.steps:
            await jobs.polled(tenant)
        return reply


def _job_id(role: JobRole, request: Inbound) -> str:
    assert role.parameter is not None
    place, name = role.parameter
    return str(request.path[name] if place == "path" else request.query[name])
