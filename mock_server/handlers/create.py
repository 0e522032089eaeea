"""Create: both families place their orders on the one desk."""

from mock_server.desk import Desk
from mock_server.domain.job import Job, Order
from mock_server.exchange import Handler, Inbound, JsonReply
from mock_server.families import unified, videos
from mock_server.handlers.replies import unified_reply, video_reply
from mock_server.scenarios.choosing import Chooser
from mock_server.uploads import require_image


class CreateHandlers:
    """``createVideo`` and ``createUnifiedVideo``."""

    def __init__(self, desk: Desk, scenarios: Chooser) -> None:
        self._desk = desk
        self._scenarios = scenarios

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {"createVideo": self.create_video, "createUnifiedVideo": self.create_unified}

    async def create_video(self, request: Inbound) -> JsonReply:
        """Queue a job in the OpenAI format.

        Raises:
            ApiError: the model cannot be had, the reference is no image, or the scenario refuses.
        """
        desk = self._desk
        model = desk.model(request.body.fields["model"])
        require_image(request.body.files)
        order = videos.read_order(request.body.fields, model, desk.catalogue)
        job_id = videos.new_id(desk.ids_of(request.tenant), request.dialect.ids, request.now)
        job = await self._place(request, job_id, order)
        return video_reply(desk, request, job)

    async def create_unified(self, request: Inbound) -> JsonReply:
        """Queue a job in the unified format.

        Raises:
            ApiError: the model cannot be had, or the scenario refuses.
        """
        desk = self._desk
        model = desk.model(request.body.fields["model"])
        order = unified.read_order(request.body.fields, model, desk.catalogue)
        job = await self._place(
            request, unified.new_id(desk.ids_of(request.tenant), model, request.now), order
        )
        return unified_reply(desk, request, job, created=True)

    async def _place(self, request: Inbound, job_id: str, order: Order) -> Job:
        scenario = self._scenarios.choose(request.tenant, request.words)
        request.noted.update(job=job_id, scenario=scenario.name)
        job = await self._desk.place(
            *(request.tenant, request.now, job_id, order),
            scenario=scenario,
            kept=request.dialect.content,
        )
        request.noted.update(family=order.family, model=order.model)
        return job
