"""Create: both families place their orders on the one desk."""

from mock_server.desk import Desk
from mock_server.domain.job import view_at
from mock_server.exchange import Handler, Inbound, JsonReply
from mock_server.families import unified, videos
from mock_server.families.wire import Links
from mock_server.uploads import require_image


class CreateHandlers:
    """``createVideo`` and ``createUnifiedVideo``."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {"createVideo": self.create_video, "createUnifiedVideo": self.create_unified}

    async def create_video(self, request: Inbound) -> JsonReply:
        """Queue a job in the OpenAI format.

        Raises:
            ApiError: the model cannot be had, or the reference is no image.
        """
        desk = self._desk
        model = desk.model(request.body.fields["model"])
        require_image(request.body.files)
        order = videos.read_order(request.body.fields, model, desk.catalogue)
        job = await desk.place(request.tenant, request.now, videos.new_id(desk.ids), order)
        view = view_at(job, request.now)
        wire = videos.write(job, view, Links(request.base_url))
        return JsonReply(wire, headers=desk.poll_headers(request.tenant, view))

    async def create_unified(self, request: Inbound) -> JsonReply:
        """Queue a job in the unified format.

        Raises:
            ApiError: the model cannot be had.
        """
        desk = self._desk
        model = desk.model(request.body.fields["model"])
        order = unified.read_order(request.body.fields, model, desk.catalogue)
        job_id = unified.new_id(desk.ids, model, request.now)
        job = await desk.place(request.tenant, request.now, job_id, order)
        view = view_at(job, request.now)
        headers = desk.poll_headers(request.tenant, view)
        return JsonReply(unified.write_created(job, view), headers=headers)
