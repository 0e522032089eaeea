"""Create: both families place their orders on the one desk."""

from mock_server.domain.job import Job, Order
from mock_server.http.exchange import Handler, Inbound, JsonReply
from mock_server.jobs.formats import unified, videos
from mock_server.jobs.handlers.replies import unified_reply, video_reply
from mock_server.jobs.service import Course, JobService, Naming
from mock_server.jobs.uploads import require_image
from mock_server.scenarios.selection import ScenarioSelector


class CreateHandlers:
    """``createVideo`` and ``createUnifiedVideo``."""

    def __init__(self, jobs: JobService, scenarios: ScenarioSelector) -> None:
        self._desk = jobs
        self._scenarios = scenarios

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {"createVideo": self.create_video, "createUnifiedVideo": self.create_unified}

    async def create_video(self, request: Inbound) -> JsonReply:
        """Queue a job in the OpenAI format.

        Raises:
            ApiError: the model cannot be had, the reference is no image, or the scenario refuses.
        """
        jobs = self._desk
        model = jobs.model(request.body.fields["model"])
        require_image(request.files_to_check, request.dialect.image_types)
        order = videos.read_order(request.body.fields, model, jobs.catalogue)
        forms, now = request.dialect.ids, request.now
        job = await self._place(request, order, lambda ids: videos.new_id(ids, forms, now))
        return video_reply(request, job)

    async def create_unified(self, request: Inbound) -> JsonReply:
        """Queue a job in the unified format.

        Raises:
            ApiError: the model cannot be had, or the scenario refuses.
        """
        jobs = self._desk
        model = jobs.model(request.body.fields["model"])
        order = unified.read_order(request.body.fields, model, jobs.catalogue)
        now = request.now
        job = await self._place(request, order, lambda ids: unified.new_id(ids, model, now))
        return unified_reply(request, job, created=True)

    async def _place(self, request: Inbound, order: Order, named: Naming) -> Job:
        tenant = request.tenant
        scenario = await self._scenarios.choose(tenant, request.course, request.words)
        course = Course(scenario, request.dialect.content, request.webhooks)
        job = await self._desk.place(tenant, request.now, order, named=named, course=course)
        request.noted.update(job=job.id, scenario=scenario.name)
        request.noted.update(family=order.family, model=self._desk.label(order.model))
        return job
