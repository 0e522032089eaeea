"""The parts of the page, each of which is fetched anew when it has changed."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import orjson

from mock_server.workbench.control_api import ControlApi, ControlRefusalError, Json
from mock_server.workbench.place import Place
from mock_server.workbench.rendering import render_in_turns
from mock_server.workbench.views import behaviour, bill, clock, frame, jobs, requests, webhooks

Read = Callable[[ControlApi, Place], Awaitable[Json]]
View = Callable[[Mapping[str, Any], Place], dict[str, Any]]
# What moves by itself while a clock runs: the page moves it without asking.
_MOVING = frozenset({"progress", "ends_in_ms", "now_ms"})
_HASH_BYTES = 8


@dataclass(frozen=True, slots=True)
class Shown:
    """A part as it is shown, and its state by which changes are noticed."""

    name: str
    state: str
    html: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page: ``load`` reads, ``view`` makes the values of the template ``name``.

    ``watch`` reads less than ``load``, if that is enough to know whether the part has changed.
    """

    name: str
    load: Read
    view: View
    watch: Read | None = None

    @property
    def template(self) -> str:
        """The name of its template."""
        return f"{self.name}.html"

    def values(self, data: Mapping[str, Any], place: Place) -> dict[str, Any]:
        """The values of its template."""
        return {**self.view(data, place), "place": place}

    async def state(self, api: ControlApi, place: Place) -> str:
        """A text that differs when the part has changed, except for what moves by itself."""
        try:
            data = await (self.watch or self.load)(api, place)
        except ControlRefusalError as error:
            data = {"refused": str(error)}
        return _state(data)

    async def shown(self, api: ControlApi, place: Place) -> Shown:
        """The part as it is now; what was refused, if its subject is gone."""
        try:
            watched = None if self.watch is None else await self.watch(api, place)
            data = await self.load(api, place)
        except ControlRefusalError as error:
            message = str(error)
            gone = await render_in_turns("gone.html", {"message": message, "place": place})
            return Shown(self.name, _state({"refused": message}), gone)
        html = await render_in_turns(self.template, self.values(data, place))
        return Shown(self.name, _state(data if watched is None else watched), html)


PARTS: Mapping[str, Part] = {
    part.name: part
    for part in (
        Part("status", frame.load_status, frame.view_status, frame.watch_status),
        Part("keys", frame.load_keys, frame.view_keys),
        Part("jobs", jobs.load_jobs, jobs.view_jobs, jobs.watch_jobs),
        Part("job", jobs.load_job, jobs.view_job),
        Part("polls", jobs.load_polls, jobs.view_polls, jobs.watch_polls),
        Part("requests", requests.load_requests, requests.view_requests, requests.watch_requests),
        Part("request", requests.load_request, requests.view_request),
        Part("clock", clock.load_clock, clock.view_clock, clock.watch_clock),
        Part(
            "behaviour",
            behaviour.load_behaviour,
            behaviour.view_behaviour,
            behaviour.watch_behaviour,
        ),
        Part("faults", behaviour.load_faults, behaviour.view_faults),
        Part("kinds", behaviour.load_fault_kinds, behaviour.view_fault_kinds, frame.load_nothing),
        Part("webhooks", webhooks.load_webhooks, webhooks.view_webhooks),
        Part("bill", bill.load_bill, bill.view_bill, bill.watch_bill),
        Part("connect", frame.load_nothing, frame.view_connect),
    )
}


def parts_of(place: Place) -> tuple[str, ...]:
    """The parts of a tab, in their order."""
    if not place.tenant:
        return ("connect",)
    match place.tab:
        case "jobs" if place.get("job"):
            return "job", "polls", "jobs"
        case "requests" if place.get("request"):
            return "request", "requests"
        case "behaviour":
            return "faults", "kinds", "behaviour"
        case tab:
            return (tab,)


def _state(data: Json) -> str:
    still = orjson.dumps(_still(data))
    return blake2b(still, digest_size=_HASH_BYTES).hexdigest()


def _still(value: Any) -> Any:
    """The value without what moves by itself."""
    if isinstance(value, list):
        return [_still(each) for each in value]
    if not isinstance(value, dict):
        return value
    stopped = "speed" in value and not value["speed"]
    return {
        name: _still(each)
        for name, each in value.items()
        if name not in _MOVING or (stopped and name == "now_ms")
    }
