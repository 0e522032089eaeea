"""The OpenAI video format. Keys, ids and status values are those of the dialect."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from mock_server.domain.ids import IdSource
from mock_server.domain.job import Job, Order, View
from mock_server.jobs.formats.wire import Links, order_of, text
from openapi.catalogue.models import Catalogue, Model
from openapi.dialects.dialect import Dialect, IdForm

NAME = "videos"
# The value of a key that does not apply yet.
_ABSENT: Final = object()
_NewId = Callable[[IdSource, IdForm, int], str]


def _uuid(ids: IdSource, form: IdForm, _now_ms: int) -> str:
    return form.prefix + ids.uuid()


def _time_hex(ids: IdSource, form: IdForm, now_ms: int) -> str:
    second = f"{now_ms // 1000:0{_SECOND_DIGITS}x}"
    return form.prefix + second + ids.hexadecimal(form.length - _SECOND_DIGITS)


def _alphanumeric(ids: IdSource, form: IdForm, _now_ms: int) -> str:
    return form.prefix + ids.letters(form.length)


def _characters(ids: IdSource, form: IdForm, _now_ms: int) -> str:
    return form.prefix + ids.alphanumeric(form.length)


def _ulid(ids: IdSource, form: IdForm, now_ms: int) -> str:
    return form.prefix + ids.ulid(now_ms)


_SECOND_DIGITS: Final = 8
_NEW_ID: Final[Mapping[str, _NewId]] = {
    "uuid": _uuid,
    "time_hex": _time_hex,
    "alphanumeric": _alphanumeric,
    "characters": _characters,
    "ulid": _ulid,
}


def new_id(ids: IdSource, form: IdForm, now_ms: int) -> str:
    """An id of a form, for a job created at ``now_ms``."""
    return _NEW_ID[form.form](ids, form, now_ms)


def read_order(fields: Mapping[str, Any], model: Model, catalogue: Catalogue) -> Order:
    """The order of a checked create request; missing values are the model's defaults."""
    size = text(fields, "size") or model.default_size or "1280x720"
    return order_of(fields, model, catalogue, family=NAME, size=size, length="seconds")


def read_parent(fields: Mapping[str, Any]) -> str | None:
    """The id of the video that a checked edit or extension refers to; None for an upload."""
    reference = fields.get("video[id]")
    if reference is None and isinstance(fields.get("video"), dict):
        reference = fields["video"]["id"]
    return None if reference is None else str(reference)


def write(job: Job, view: View, links: Links, dialect: Dialect) -> dict[str, Any]:
    """The job as a Video object, with the keys of the dialect."""
    values = _values(job, view, links, dialect)
    keys = dialect.video.keys
    if dialect.video.explicit_nulls:
        return {key: None if values[key] is _ABSENT else values[key] for key in keys}
    return {key: value for key in keys if (value := values[key]) is not _ABSENT}


def _values(job: Job, view: View, links: Links, dialect: Dialect) -> dict[str, Any]:
    """The values of all keys that a dialect can have."""
    order, error, completed = job.order, view.error, view.completed_ms is not None
    return {
        "id": job.id,
        "task_id": job.id,
        "object": "video",
        "model": order.model,
        "status": view.word or dialect.statuses[view.stage],
        "progress": dialect.progress.shown(view.stage, view.progress),
        "created_at": job.created_ms // 1000,
        "completed_at": _seconds(view.completed_ms),
        "expires_at": _seconds(view.expires_ms),
        "prompt": order.prompt,
        "seconds": str(order.seconds),
        "size": order.size,
        "remixed_from_video_id": _ABSENT if order.parent is None else order.parent,
        "video_url": (links.video(job) if view.downloadable else None) if completed else _ABSENT,
        "error": _ABSENT if error is None else {"code": error.code, "message": error.message},
    }


def _seconds(instant_ms: int | None) -> Any:
    return _ABSENT if instant_ms is None else instant_ms // 1000
