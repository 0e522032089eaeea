"""The gateway's unified format: integer duration, milliseconds, pending and processing, detail."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from mock_server.domain.ids import IdSource
from mock_server.domain.job import Job, Order, Stage, View
from mock_server.jobs.formats.wire import Links, is_true, order_of, text
from openapi.catalogue.models import Catalogue, Model

NAME = "unified"
_FRAMES_A_SECOND = 30
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_STATUS = {
    Stage.QUEUED: "pending",
    Stage.RUNNING: "processing",
    Stage.COMPLETED: "completed",
    Stage.FAILED: "failed",
}


def new_id(ids: IdSource, model: Model, now_ms: int) -> str:
    """Model and ULID for sora; model, second and ten characters for veo, as recorded."""
    # Ids are used in URLs and file names; the name of an unlisted model can have any characters.
    name = _UNSAFE.sub("-", model.name)
    if model.family == "veo":
        return f"{name}:{now_ms // 1000}-{ids.alphanumeric(10)}"
    return f"{name}:task_{ids.ulid(now_ms)}"


def read_order(fields: Mapping[str, Any], model: Model, catalogue: Catalogue) -> Order:
    """The order of a checked create request; for veo, ``aspect_ratio`` is the size."""
    size = text(fields, "size") or text(fields, "aspect_ratio") or model.default_size or "small"
    return order_of(fields, model, catalogue, family=NAME, size=size, length="duration")


def write_created(job: Job, view: View) -> dict[str, Any]:
    """The response to a create: three fields, and ``enhanced_prompt`` if it was requested."""
    wire: dict[str, Any] = _head(job, view)
    if is_true(job.order.request.get("enhance_prompt")):
        wire["enhanced_prompt"] = job.order.prompt
    return wire


def write(job: Job, view: View, links: Links) -> dict[str, Any]:
    """The response to a query; progress is in ``detail.pending_info`` only."""
    wire = _head(job, view)
    detail: dict[str, Any] = {"id": job.id, "input": _input(job), "status": wire["status"]}
    if view.waiting:
        detail["pending_info"] = _pending(job, view, wire["status"])
    elif view.completed_ms is not None:
        wire |= {"width": job.order.width, "height": job.order.height}
        wire["video_url"] = links.video(job) if view.downloadable else None
        wire["thumbnail_url"] = links.thumbnail(job) if view.downloadable else None
        detail |= {"url": wire["video_url"], "thumbnail_url": wire["thumbnail_url"]}
        detail["draft_info"] = _draft(job, view, wire["video_url"])
    elif view.error is not None:
        wire["error"] = {"code": view.error.code, "message": view.error.message}
        detail["failure_reason"] = view.error.message
    return wire | {"detail": detail}


def _head(job: Job, view: View) -> dict[str, Any]:
    return {
        "id": job.id,
        "status": view.word or _STATUS[view.stage],
        "status_update_time": view.changed_ms,
    }


def _input(job: Job) -> dict[str, Any]:
    asked = job.order.request
    return {
        "size": job.order.size,
        "model": job.order.model,
        "images": asked.get("images", []),
        "prompt": job.order.prompt,
        "orientation": asked.get("orientation") or _orientation(job),
    }


def _orientation(job: Job) -> str:
    return "portrait" if job.order.height > job.order.width else "landscape"


def _pending(job: Job, view: View, status: str) -> dict[str, Any]:
    return {
        "id": job.id,
        "type": "video_gen",
        "prompt": job.order.prompt,
        "width": job.order.width,
        "height": job.order.height,
        "n_frames": job.order.seconds * _FRAMES_A_SECOND,
        "status": status,
        "progress_pct": view.progress / 100,
        "created_at": datetime.fromtimestamp(job.created_ms / 1000, UTC).isoformat(),
        "generations": [],
        "failure_reason": None,
    }


def _draft(job: Job, view: View, url: str | None) -> dict[str, Any]:
    return {
        "id": f"gen_{job.token[:26]}",
        "url": url,
        "downloadable_url": url,
        "kind": "video",
        "width": job.order.width,
        "height": job.order.height,
        "prompt": job.order.prompt,
        "task_id": job.id,
        "created_at": (view.completed_ms or job.created_ms) / 1000,
    }
