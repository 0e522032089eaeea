"""The OpenAI video format: string seconds, times in seconds; the rest is the dialect's."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from mock_server.domain.ids import IdSource
from mock_server.domain.job import Job, Order, View
from mock_server.jobs.formats.wire import Links, is_true, kept_fields, pixels, seconds_of, text
from openapi.catalogue.models import Catalogue, Model
from openapi.dialects.dialect import Dialect, IdForm

NAME = "videos"
# What a key that does not apply yet has for a value.
_ABSENT: Final = object()
_NewId = Callable[[IdSource, IdForm, int], str]
_Read = Callable[[Job, View, Links, Dialect], Any]


def _uuid(ids: IdSource, form: IdForm, _now_ms: int) -> str:
    return form.prefix + ids.uuid()


def _time_hex(ids: IdSource, form: IdForm, now_ms: int) -> str:
    second = f"{now_ms // 1000:0{_SECOND_DIGITS}x}"
    return form.prefix + second + ids.hexadecimal(form.length - _SECOND_DIGITS)


def _alphanumeric(ids: IdSource, form: IdForm, _now_ms: int) -> str:
    return form.prefix + ids.letters(form.length)


_SECOND_DIGITS: Final = 8
_NEW_ID: Final[Mapping[str, _NewId]] = {
    "uuid": _uuid,
    "time_hex": _time_hex,
    "alphanumeric": _alphanumeric,
}


def new_id(ids: IdSource, form: IdForm, now_ms: int) -> str:
    """An id of the dialect's form, for a job born at ``now_ms``."""
    return _NEW_ID[form.form](ids, form, now_ms)


def read_order(fields: Mapping[str, Any], model: Model, catalogue: Catalogue) -> Order:
    """The order a checked create request stands for; what is left out takes the model's default."""
    size = text(fields, "size") or model.default_size or "1280x720"
    width, height = pixels(catalogue, model, size, fields)
    return Order(
        family=NAME,
        kind="create",
        model=model.name,
        prompt=fields["prompt"],
        size=size,
        seconds=seconds_of(fields.get("seconds"), model.default_seconds),
        width=width,
        height=height,
        private=is_true(fields.get("private")),
        request=kept_fields(fields),
    )


def read_parent(fields: Mapping[str, Any]) -> str | None:
    """The id of the video that a checked edit or extension is made from; None for an upload."""
    reference = fields.get("video[id]")
    if reference is None and isinstance(fields.get("video"), dict):
        reference = fields["video"]["id"]
    return None if reference is None else str(reference)


def write(job: Job, view: View, links: Links, dialect: Dialect) -> dict[str, Any]:
    """The job as a Video object."""
    style = dialect.video
    if style.explicit_nulls:
        wire = {key: _READ[key](job, view, links, dialect) for key in style.keys}
        return {key: None if value is _ABSENT else value for key, value in wire.items()}
    return {
        key: value
        for key in style.keys
        if (value := _READ[key](job, view, links, dialect)) is not _ABSENT
    }


def _id(job: Job, _view: View, _links: Links, _dialect: Dialect) -> str:
    return job.id


def _object(_job: Job, _view: View, _links: Links, _dialect: Dialect) -> str:
    return "video"


def _model(job: Job, _view: View, _links: Links, _dialect: Dialect) -> str:
    return job.order.model


def _status(_job: Job, view: View, _links: Links, dialect: Dialect) -> str:
    return view.word or dialect.statuses[view.stage]


def _progress(_job: Job, view: View, _links: Links, dialect: Dialect) -> int:
    return dialect.progress.shown(view.stage, view.progress)


def _created_at(job: Job, _view: View, _links: Links, _dialect: Dialect) -> int:
    return job.created_ms // 1000


def _completed_at(_job: Job, view: View, _links: Links, _dialect: Dialect) -> Any:
    return _ABSENT if view.completed_ms is None else view.completed_ms // 1000


def _expires_at(_job: Job, view: View, _links: Links, _dialect: Dialect) -> Any:
    return _ABSENT if view.expires_ms is None else view.expires_ms // 1000


def _prompt(job: Job, _view: View, _links: Links, _dialect: Dialect) -> str:
    return job.order.prompt


def _seconds(job: Job, _view: View, _links: Links, _dialect: Dialect) -> str:
    return str(job.order.seconds)


def _size(job: Job, _view: View, _links: Links, _dialect: Dialect) -> str:
    return job.order.size


def _parent(job: Job, _view: View, _links: Links, _dialect: Dialect) -> Any:
    return _ABSENT if job.order.parent is None else job.order.parent


def _video_url(job: Job, view: View, links: Links, _dialect: Dialect) -> Any:
    if view.completed_ms is None:
        return _ABSENT
    return links.video(job) if view.downloadable else None


def _error(_job: Job, view: View, _links: Links, _dialect: Dialect) -> Any:
    if view.error is None:
        return _ABSENT
    return {"code": view.error.code, "message": view.error.message}


_READ: Final[Mapping[str, _Read]] = {
    "id": _id,
    "task_id": _id,
    "object": _object,
    "model": _model,
    "status": _status,
    "progress": _progress,
    "created_at": _created_at,
    "completed_at": _completed_at,
    "expires_at": _expires_at,
    "prompt": _prompt,
    "seconds": _seconds,
    "size": _size,
    "remixed_from_video_id": _parent,
    "video_url": _video_url,
    "error": _error,
}
