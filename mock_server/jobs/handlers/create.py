"""Operations that create a job, in both formats."""

from collections.abc import Callable

from mock_server.domain.ids import IdSource
from mock_server.domain.job import Job, Order
from mock_server.http.exchange import Handler, Inbound, JsonReply
from mock_server.jobs.formats import unified, videos
from mock_server.jobs.handlers.replies import unified_reply, video_reply
from mock_server.jobs.service import JobPlan, JobService
from mock_server.jobs.uploads import require_image
from mock_server.scenarios.selection import ScenarioSelector


class JobCreator:
    """Creates jobs for requests; a base class of handlers."""

    def __init__(self, jobs: JobService, scenarios: ScenarioSelector) -> None:
        self._jobs = jobs
        self._scenarios = scenarios

    async def _create(
        self, request: Inbound, order: Order, new_id: Callable[[IdSource], str]
    ) -> Job:
        """Create the job that a request orders, with an id that ``new_id`` draws.

        Raises:
            ApiError: the scenario refuses the job.
        """
        tenant, jobs = request.tenant, self._jobs
        scenario, ids = await self._scenarios.choose(tenant, request.course, request.words)
        job = await jobs.create(
            *(tenant, request.now, order),
            plan=JobPlan(scenario, request.dialect.content, request.webhooks),
            new_id=new_id(ids),
            ids=ids,
        )
        request.noted.update(
            job=job.id,
            scenario=scenario.name,
            family=order.family,
            model=jobs.label(order.model),
        )
        return job


class CreateHandlers(JobCreator):
    """``createVideo`` and ``createUnifiedVideo``."""

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {"createVideo": self.create_video, "createUnifiedVideo": self.create_unified}

    async def create_video(self, request: Inbound) -> JsonReply:
        """Create a job in the OpenAI format.

        Raises:
            ApiError: the model is not available, the reference is no image, or the scenario
                refuses the job.
        """
        jobs, forms = self._jobs, request.dialect.ids
        model = jobs.model(request.body.fields["model"])
        require_image(request.files_to_check, request.dialect.image_types)
        order = videos.read_order(request.body.fields, model, jobs.catalogue)
        job = await self._create(request, order, lambda ids: videos.new_id(ids, forms, request.now))
        return video_reply(request, job)

    async def create_unified(self, request: Inbound) -> JsonReply:
        """Create a job in the unified format.

        Raises:
            ApiError: the model is not available, or the scenario refuses the job.
        """
        jobs = self._jobs
        model = jobs.model(request.body.fields["model"])
        order = unified.read_order(request.body.fields, model, jobs.catalogue)
        job = await self._create(
            request, order, lambda ids: unified.new_id(ids, model, request.now)
        )
        return unified_reply(request, job, created=True)
