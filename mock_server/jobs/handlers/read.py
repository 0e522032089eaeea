"""Operations on existing jobs (retrieve, query, list, download, delete), and the list of models."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from starlette.datastructures import Headers

from mock_server.domain.job import Job, view_at
from mock_server.domain.tenant import RequestsMode
from mock_server.http.errors import (
    VIDEO_NOT_FOUND,
    ApiError,
)
from mock_server.http.exchange import INFERRED, Handler, Inbound, JsonReply, Reply
from mock_server.jobs.formats import videos
from mock_server.jobs.formats.wire import Links
from mock_server.jobs.handlers.replies import send_clip, send_media, video_reply
from mock_server.jobs.service import JobService, not_found
from mock_server.media import (
    Asked,
    Clip,
    MediaLibrary,
    Variant,
)
from openapi.catalogue.models import Catalogue, Model
from openapi.coverage import LENGTH_FIELDS, SIZE_FIELDS, documented_values
from openapi.dialects.dialect import Dialect

_ENDINGS = {Variant.VIDEO: "mp4", Variant.THUMBNAIL: "webp", Variant.SPRITESHEET: "jpg"}
_EXAMPLE = Clip(seed="example", width=1280, height=720, seconds=4)
Contracts = Callable[[Dialect], Mapping[str, Any]]


class ReadHandlers:
    """The operations that read jobs, and the one that removes them.

    ``as_json`` answers a download with the job, as some dialects do.
    """

    def __init__(
        self, jobs: JobService, media: MediaLibrary, as_json: Callable[[Inbound, Job], Reply]
    ) -> None:
        self._jobs = jobs
        self._media = media
        self._as_json = as_json

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {
            "retrieveVideo": self.retrieve,
            "listVideos": self.list,
            "deleteVideo": self.delete,
            "downloadVideoContent": self.download,
        }

    async def retrieve(self, request: Inbound) -> JsonReply:
        """The job as a Video object, whichever format created it."""
        job = await self._jobs.find(request.tenant, request.path["video_id"])
        reply = video_reply(request, job)
        if request.clock.steps:
            await self._jobs.polled(request.tenant)
        return reply

    async def list(self, request: Inbound) -> JsonReply:
        """One page of the tenant's jobs."""
        after, limit = request.query["after"], request.query["limit"]
        newest_first = request.query["order"] == "desc"
        page = await self._jobs.store.page(
            request.tenant, after=after, limit=limit, newest_first=newest_first
        )
        if page is None:
            raise not_found(after, param="after")
        links = Links(request.base_url)
        views = [view_at(job, request.now) for job in page.jobs]
        shown = zip(page.jobs, views, strict=True)
        return JsonReply(
            {
                "object": "list",
                "data": [videos.write(job, view, links, request.dialect) for job, view in shown],
                "first_id": page.jobs[0].id if page.jobs else None,
                "last_id": page.jobs[-1].id if page.jobs else None,
                "has_more": page.has_more,
            },
            deliberate=any(view.word for view in views),
        )

    async def delete(self, request: Inbound) -> JsonReply:
        """Remove the job, which cancels it if it has not ended."""
        job_id = request.path["video_id"]
        tenant, now, webhooks = request.tenant, request.now, request.webhooks
        if not await self._jobs.remove(tenant, job_id, now=now, webhooks=webhooks):
            raise not_found(job_id)
        return JsonReply({"id": job_id, "object": "video.deleted", "deleted": True})

    async def download(self, request: Inbound) -> Reply:
        """The finished video, its thumbnail or its spritesheet; with some dialects the job as JSON.

        Raises:
            ApiError: 404 without content, 412 and 416 as `send_clip`.
        """
        content = request.dialect.content
        job = await self._finished(request)
        if content.as_json and job is not None:
            return self._as_json(request, job)
        # A dialect may not document the parameter, and may ignore ranges and conditions.
        variant = Variant(request.query.get("variant", Variant.VIDEO))
        asked = Asked(request.method, request.headers if content.ranges else Headers())
        if job is None:
            response = await send_clip(self._media, _EXAMPLE, variant, asked)
        else:
            response = await send_media(self._media, job, variant, asked)
        if not content.ranges:
            del response.headers["Accept-Ranges"], response.headers["Last-Modified"]
        response.headers.update(content.headers)
        # Without it the documentation page shows the video as text in a browser.
        seed = _EXAMPLE.seed if job is None else job.id
        name = f"{seed.replace(':', '_')}.{_ENDINGS[variant]}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    async def _finished(self, request: Inbound) -> Job | None:
        """The completed job; None if an example is sent for an unknown id."""
        try:
            job, _ = await self._jobs.finished(
                request.tenant, request.path["video_id"], request.now
            )
        except ApiError as error:
            exemplary = request.requests_mode is RequestsMode.EXAMPLE
            if (
                error.error_kind is not VIDEO_NOT_FOUND
                or not exemplary
                or request.dialect.content.as_json
            ):
                raise
            request.noted[INFERRED] = "example of downloadVideoContent"
            return None
        return job


class ModelHandlers:
    """``listModels``, in the form that OpenAI's clients read.

    ``contracts`` returns the contract in a dialect.
    """

    def __init__(self, catalogue: Catalogue, contracts: Contracts) -> None:
        self._catalogue = catalogue
        self._contracts = contracts
        self._written: dict[Dialect, list[dict[str, Any]]] = {}

    def operations(self) -> dict[str, Handler]:
        """The handlers by operation id."""
        return {"listModels": self.list}

    async def list(self, request: Inbound) -> JsonReply:
        """Every model with its availability; when a model was created is unknown.

        Only sizes and lengths that the dialect documents are listed. A model that the dialect does
        not document is left out, unless it is retired.
        """
        dialect = request.dialect
        if dialect not in self._written:
            contract = self._contracts(dialect)
            models = self._catalogue.models.values()
            self._written[dialect] = [row for each in models for row in _rows(each, contract)]
        return JsonReply({"object": "list", "data": self._written[dialect]})


def _rows(model: Model, contract: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The model's entry, if the contract documents the model or it is retired."""
    sizes = documented_values(contract, model.name, SIZE_FIELDS) or model.sizes
    lengths = documented_values(contract, model.name, LENGTH_FIELDS) or map(str, model.seconds)
    if documented_values(contract, model.name, ("model",)) or model.status == "retired":
        yield _write(model, frozenset(sizes), frozenset(lengths))


def _write(model: Model, sizes: frozenset[str], lengths: frozenset[str]) -> dict[str, Any]:
    return {
        "id": model.name,
        "object": "model",
        "created": 0,
        "owned_by": model.family,
        "availability": model.status,
        "sizes": [size for size in model.sizes if size in sizes],
        "seconds": [length for length in model.seconds if str(length) in lengths],
    }
