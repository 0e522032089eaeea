"""The facts of a job that a response may show, by the names that contracts have for them."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from mock_server.domain.bill import MICROS
from mock_server.domain.job import Job, Stage, View, ends_ms
from mock_server.jobs.formats.wire import Links, is_true
from openapi.jobs.roles import Place

# The value of a fact that a job does not have yet, or never has.
ABSENT: Final = object()
_FRAMES_A_SECOND = 30
_RESULT_ID_DIGITS = 26


class Shown(NamedTuple):
    """A job at an instant, and the address that its links begin with."""

    job: Job
    view: View
    base_url: str


# The name of what ``Shown`` has, or what is made of it.
Fact = str | Callable[[Shown], Any]
Address = Callable[[Job], str]


def fact_of(
    place: Place, words: Mapping[str, str], read: Address | None, result: Address | None
) -> Fact:
    """How a fact is shown at a place.

    ``words`` are the status words by stage, ``read`` and ``result`` the paths of a job at the
    operations with these roles.
    """
    if place.fact == "status":
        return _status(words)
    if place.fact == "progress":
        return _progress(_PROGRESS[place.form])
    if (place.fact, place.form) in _MILLISECONDS:
        return _MILLISECONDS[place.fact, place.form]
    if place.fact in _INSTANTS:
        return _time(_INSTANTS[place.fact], _UNITS[place.form])
    if place.fact == "result" and place.form == "operation" and result is not None:
        return _result(lambda shown: shown.base_url + result(shown.job))
    if place.fact == "address":
        return lambda shown: shown.base_url + read(shown.job) if read else ""
    return _FACTS[place.fact]


def _status(words: Mapping[str, str]) -> Callable[[Shown], Any]:
    cancelled = words.get("cancelled")

    def status(shown: Shown) -> Any:
        word, stage = shown.view.word, shown.view.stage
        if word == "cancelled" and stage is Stage.FAILED:
            word = cancelled
        return word or words[stage]

    return status


def _progress(written: Callable[[int], Any]) -> Fact:
    return lambda shown: written(
        100 if shown.view.stage is Stage.COMPLETED else shown.view.progress
    )


def _time(instant: Callable[[Shown], int | None], written: Callable[[int], Any]) -> Fact:
    def time(shown: Shown) -> Any:
        found = instant(shown)
        return ABSENT if found is None else written(found)

    return time


def _result(address: Callable[[Shown], str]) -> Fact:
    return lambda shown: address(shown) if shown.view.downloadable else ABSENT


def _result_id(shown: Shown) -> Any:
    completed = shown.view.stage is Stage.COMPLETED
    return f"gen_{shown.job.token[:_RESULT_ID_DIGITS]}" if completed else ABSENT


def _running_ms(shown: Shown) -> int | None:
    """When a job started to run; None if it has not, or never does."""
    instant = shown.job.created_ms
    for phase in shown.job.timeline.phases:
        if phase.stage is Stage.RUNNING:
            return None if shown.view.stage is Stage.QUEUED else instant
        if phase.duration_ms is None:
            return None
        instant += phase.duration_ms
    return None


def _cost(shown: Shown) -> Any:
    price = shown.job.cost.price
    return ABSENT if shown.view.waiting or price is None else price / MICROS


def _error(name: str) -> Fact:
    return lambda shown: getattr(shown.view.error, name, ABSENT)


def _enhanced_prompt(shown: Shown) -> Any:
    order = shown.job.order
    return order.prompt if is_true(order.request.get("enhance_prompt")) else ABSENT


def _orientation(shown: Shown) -> Any:
    order = shown.job.order
    usual = "portrait" if order.height > order.width else "landscape"
    return order.request.get("orientation") or usual


# Instants since the epoch, by what a contract calls the unit.
_UNITS: Final[Mapping[str, Callable[[int], Any]]] = {
    "s": lambda instant: instant // 1000,
    "ms": lambda instant: instant,
    "iso": lambda instant: datetime.fromtimestamp(instant / 1000, UTC),
    "decimal": lambda instant: instant / 1000,
}
# Progress in percent, as a contract may write it.
_PROGRESS: Final[Mapping[str, Callable[[int], Any]]] = {
    "percent": lambda percent: percent,
    "text": lambda percent: f"{percent}%",
    "fraction": lambda percent: percent / 100,
}
_INSTANTS: Final[Mapping[str, Callable[[Shown], int | None]]] = {
    "times.created": lambda shown: shown.job.created_ms,
    "times.changed": lambda shown: shown.view.changed_ms,
    "times.started": _running_ms,
    "times.ended": lambda shown: None if shown.view.waiting else ends_ms(shown.job),
}
# Instants that every job has, in the unit that it has them in.
_MILLISECONDS: Final = {
    ("times.created", "ms"): "job.created_ms",
    ("times.changed", "ms"): "view.changed_ms",
}
_FACTS: Final[Mapping[str, Fact]] = {
    "id": "job.id",
    "result": _result(lambda shown: Links(shown.base_url).video(shown.job)),
    "result.id": _result_id,
    "result.thumbnail": _result(lambda shown: Links(shown.base_url).thumbnail(shown.job)),
    "cost": _cost,
    "error.message": _error("message"),
    "error.code": _error("code"),
    "order.model": "job.order.model",
    "order.prompt": "job.order.prompt",
    "order.enhanced_prompt": _enhanced_prompt,
    "order.seconds": "job.order.seconds",
    "order.frames": lambda shown: shown.job.order.seconds * _FRAMES_A_SECOND,
    "order.size": "job.order.size",
    "order.width": "job.order.width",
    "order.height": "job.order.height",
    "order.orientation": _orientation,
    "order.images": lambda shown: shown.job.order.request.get("images", []),
}
