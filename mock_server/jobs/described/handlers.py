"""The handlers of operations that a contract describes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mock_server.domain.endings import Ending
from mock_server.domain.job import Job, JobError, Stage, view_at
from mock_server.http.exchange import Handler, Inbound, JsonReply, Reply
from mock_server.jobs.actions import JobActions
from mock_server.jobs.described.bodies import JobBody
from mock_server.jobs.described.facts import Address, Shown, fact_of
from mock_server.jobs.described.orders import NewId, OrderReader
from mock_server.jobs.example_objects import NamedJob
from mock_server.jobs.handlers.create import JobCreator
from mock_server.jobs.handlers.read import ReadHandlers
from mock_server.jobs.handlers.replies import reply_headers
from mock_server.jobs.service import JobService
from mock_server.scenarios.selection import ScenarioSelector
from openapi.contract.contract import Contract, quote
from openapi.jobs.roles import JobRole, Role, read_roles, success

_CANCELLED = Ending(
    outcome=Stage.FAILED,
    error=JobError("cancelled", "The job was cancelled."),
    word="cancelled",
    cancelled=True,
)


class JobReply:
    """Answers one operation with a job."""

    def __init__(self, contract: Contract, role: JobRole, roles: Sequence[JobRole]) -> None:
        """``roles`` are all of the contract: a response may show where a job can be read."""
        read, result = (_address(role, wanted, roles) for wanted in (Role.READ, Role.RESULT))
        self._body = JobBody(contract, role, lambda place: fact_of(place, role.words, read, result))
        self._polls = "openai-poll-after-ms" in success(role.operation)[1].get("headers", {})

    def __call__(self, request: Inbound, job: Job, at_ms: int | None = None) -> JsonReply:
        """The response that shows the job as it is now, or was at the instant ``at_ms``."""
        view = view_at(job, request.now if at_ms is None else at_ms)
        return JsonReply(
            self._body.write(Shown(job, view, request.base_url)),
            status=self._body.status,
            headers=reply_headers(request, view) if self._polls else None,
            deliberate=view.word is not None,
        )


class DescribedJobs:
    """What a contract says of jobs."""

    def __init__(self, contract: Contract) -> None:
        """Read the roles of its operations.

        Raises:
            SpecError: a role is incomplete, or names a place that the contract does not have.
        """
        self.contract = contract
        self._roles = read_roles(contract)
        roles = tuple(self._roles.values())
        self.replies = {
            role.operation.id: JobReply(contract, role, roles)
            for role in roles
            if role.role is not Role.RESULT
        }

    def handlers(self, actions: JobActions, reading: ReadHandlers) -> dict[str, Handler]:
        """A handler for each operation with a role."""
        found: dict[str, Handler] = {}
        for name, role in self._roles.items():
            if role.role is Role.CREATE:
                create = DescribedCreate(actions.jobs, actions.scenarios, role, self.replies[name])
                found[name] = create
            elif role.role is Role.RESULT:
                found[name] = _Result(role, reading)
            else:
                found[name] = _OfOneJob(role, actions, self.replies[name])
        return found

    def named(self) -> Iterator[NamedJob]:
        """The jobs that examples name: those of each operation that creates jobs."""
        for name, role in self._roles.items():
            read = _nearest(role, Role.READ, tuple(self._roles.values()))
            if role.role is Role.CREATE and read and read.parameter:
                yield NamedJob((read.operation.id, read.parameter[1]), name, OrderReader(role))


def _nearest(role: JobRole, wanted: Role, roles: Sequence[JobRole]) -> JobRole | None:
    """The operation of a role whose path is nearest; None where there is none."""
    found = [each for each in roles if each.role is wanted]
    path = role.operation.path
    return max(found, key=lambda each: each.operation.path.startswith(path), default=None)


def _address(role: JobRole, wanted: Role, roles: Sequence[JobRole]) -> Address | None:
    """Makes the path of a job at the nearest operation of a role; None where there is none."""
    found = _nearest(role, wanted, roles)
    if found is None or found.parameter is None:
        return None
    operation, (place, name) = found.operation, found.parameter
    if place == "query":
        return lambda job: f"{operation.path}?{name}={quote(job.id)}"
    return lambda job: operation.fill(**{name: job.id})


class DescribedCreate(JobCreator):
    """Creates a job from the fields that the contract names."""

    def __init__(
        self, jobs: JobService, scenarios: ScenarioSelector, role: JobRole, reply: JobReply
    ) -> None:
        super().__init__(jobs, scenarios)
        self._read_order = OrderReader(role)
        self._new_id = NewId(role)
        self._reply = reply

    async def __call__(self, request: Inbound) -> Reply:
        """Create a job.

        Raises:
            ApiError: the model is not available, or the scenario refuses the job.
        """
        jobs, sent, now = self._jobs, request.body.fields, request.now
        model = jobs.model(self._read_order.model_of(sent))
        job = await self._create(
            request,
            self._read_order(sent, model, jobs.catalogue),
            lambda ids: self._new_id.draw(ids, model, request.dialect.ids, now),
        )
        return self._reply(request, job, job.created_ms)


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
    show: JobReply

    async def __call__(self, request: Inbound) -> Reply:
        tenant, jobs = request.tenant, self.actions.jobs
        job = await jobs.find(tenant, _job_id(self.role, request))
        if self.role.role is Role.CANCEL:
            job, _ = await self.actions.end(tenant, job.id, _CANCELLED)
        elif self.role.role is Role.DELETE:
            await jobs.remove(tenant, job.id, now=request.now, webhooks=request.webhooks)
        reply = self.show(request, job)
        if self.role.role is Role.READ and request.clock.steps:
            await jobs.polled(tenant)
        return reply


def _job_id(role: JobRole, request: Inbound) -> str:
    assert role.parameter is not None
    place, name = role.parameter
    return str(request.path[name] if place == "path" else request.query[name])
