"""The OpenAI video format: string seconds, ``video_`` ids, times in seconds, four status words."""

from collections.abc import Mapping
from typing import Any

from mock_server.domain.ids import IdSource
from mock_server.domain.job import Job, Order, View
from mock_server.domain.timeline import Stage
from mock_server.families.wire import Links, is_true, pixels, text_fields
from openapi.catalogue import Catalogue, Model

NAME = "videos"
_STATUS = {
    Stage.QUEUED: "queued",
    Stage.RUNNING: "in_progress",
    Stage.COMPLETED: "completed",
    Stage.FAILED: "failed",
}


def new_id(ids: IdSource) -> str:
    """``video_`` and a version-4 UUID, as all five ids on record have it."""
    return f"video_{ids.uuid()}"


def read_order(fields: Mapping[str, Any], model: Model, catalogue: Catalogue) -> Order:
    """The order a checked create request stands for; what is left out takes the model's default."""
    size = fields.get("size") or model.default_size or "1280x720"
    width, height = pixels(catalogue, model, size)
    return Order(
        family=NAME,
        kind="create",
        model=model.name,
        prompt=fields["prompt"],
        size=size,
        seconds=int(fields.get("seconds") or model.default_seconds),
        width=width,
        height=height,
        private=is_true(fields.get("private")),
        request=text_fields(fields),
    )


def read_parent(fields: Mapping[str, Any]) -> str | None:
    """The id of the video that a checked edit or extension is made from; None for an upload."""
    reference = fields.get("video[id]")
    if reference is None and isinstance(fields.get("video"), dict):
        reference = fields["video"]["id"]
    return None if reference is None else str(reference)


def write(job: Job, view: View, links: Links) -> dict[str, Any]:
    """The job as a Video object; what does not apply is left out, as the gateway's pages do."""
    order = job.order
    wire: dict[str, Any] = {
        "id": job.id,
        "object": "video",
        "model": order.model,
        "status": view.word or _STATUS[view.stage],
        "progress": view.progress,
        "created_at": job.created_ms // 1000,
        "seconds": str(order.seconds),
        "size": order.size,
    }
    if order.parent is not None:
        wire["remixed_from_video_id"] = order.parent
    if view.completed_ms is not None:
        wire["completed_at"] = view.completed_ms // 1000
        wire["video_url"] = links.video(job) if view.downloadable else None
    if view.error is not None:
        wire["error"] = {"code": view.error.code, "message": view.error.message}
    return wire
