"""The tab with the clock, and what happens next by it."""

from collections.abc import Iterator, Mapping
from typing import Any

from mock_server.workbench.control_api import ControlApi, Json
from mock_server.workbench.place import Place
from mock_server.workbench.views.jobs import newest_jobs

_MOST = 1000
_SHOWN = 12
STEPS = {"+10 s": 10, "+1 min": 60, "+1 h": 3600, "+1 day": 86_400}


async def load_clock(api: ControlApi, _place: Place) -> Json:
    """The clock, the jobs and the deliveries that are due."""
    deliveries = await api.get("webhooks/deliveries", limit=_MOST, state="pending")
    return {
        "clock": await api.get("clock"),
        "jobs": await newest_jobs(api),
        "deliveries": deliveries["deliveries"],
    }


async def watch_clock(api: ControlApi, _place: Place) -> Json:
    """What differs when the clock was set, or when there is another job."""
    newest = await api.get("jobs", limit=1)
    return {"clock": await api.get("clock"), "newest": [job["id"] for job in newest["jobs"]]}


def view_clock(data: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """The clock and the next events."""
    coming = sorted(events(data), key=lambda event: event["at_ms"])
    shown = [
        {**event, "link": place.link(tab="jobs", job=event["job"])} for event in coming[:_SHOWN]
    ]
    return {
        "clock": data["clock"],
        "steps": STEPS,
        "events": shown,
        "more": len(coming) - len(shown),
    }


def events(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What happens after the clock's instant: changes of jobs, expiries, webhooks."""
    now = data["clock"]["now_ms"]
    found = [(*each, job["id"]) for job in data["jobs"] for each in _of_job(job)]
    found += [
        (each["due_ms"], f"webhook {each['event_type']}", each["job"])
        for each in data["deliveries"]
    ]
    for at_ms, what, job_id in found:
        if at_ms > now:
            yield {"at_ms": at_ms, "in_ms": at_ms - now, "what": what, "job": job_id}


def next_event_ms(data: Mapping[str, Any]) -> int | None:
    """The instant of the next event; None if nothing is to come."""
    return min((event["at_ms"] for event in events(data)), default=None)


def _of_job(job: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    for phase in job["phases"][1:]:
        yield phase["starts_ms"], f"is {phase['word'] or phase['status']}"
    if job["ends_ms"] is not None:
        yield job["ends_ms"], f"is {job['outcome']}"
    if job["expires_ms"] is not None:
        yield job["expires_ms"], "loses its content"
