"""The tab with jobs: a list of bars, and everything about one of them."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from mock_server.workbench.bars import bar_of, seen_at
from mock_server.workbench.control_api import ControlApi, ControlRefusalError, Json, part
from mock_server.workbench.place import Place

ROWS = 50
# Each picture is rendered when it is first looked at, which takes some tenths of a second.
_MOST_PICTURES = 12
_MOST_POLLS = 200
_MOST_DELIVERIES = 1000
_MOST_JOBS = 1000
_ENDED = ("completed", "failed")
_REFUSED = 400


async def load_jobs(api: ControlApi, place: Place) -> Json:
    """A page of jobs with their deliveries, and the clock that they live by."""
    page = await api.get("jobs", limit=ROWS, after=place.get("after") or None)
    deliveries: list[Json] = []
    if page["jobs"]:
        found = await api.get("webhooks/deliveries", limit=_MOST_DELIVERIES)
        deliveries = [{"job": each["job"], "state": each["state"]} for each in found["deliveries"]]
    return {"jobs": page, "deliveries": deliveries, "clock": await api.get("clock")}


async def watch_jobs(api: ControlApi, place: Place) -> Json:
    """What differs when there is another job, one has changed, or a webhook was sent."""
    data = await load_jobs(api, place)
    now = data["clock"]["now_ms"]
    return {**data, "jobs": [_watched(job, now) for job in data["jobs"]["jobs"]]}


def _watched(job: Mapping[str, Any], now_ms: int) -> list[object]:
    """The facts of a row that can change, except for what moves by itself."""
    begun = sum(phase["starts_ms"] <= now_ms for phase in job["phases"])
    names = ("id", "status", "error", "ends_ms", "expires_ms", "video_url")
    return [begun, *(job[name] for name in names)]


def view_jobs(data: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """The rows of the list."""
    clock, jobs = data["clock"], data["jobs"]["jobs"]
    sent: dict[str, Counter[str]] = {}
    for each in data["deliveries"]:
        sent.setdefault(each["job"], Counter())[each["state"]] += 1
    rows = [_row(job, clock, sent.get(job["id"], Counter())) for job in jobs]
    for number, row in enumerate(rows):
        if number >= _MOST_PICTURES:
            row["thumbnail"] = None
        row["link"] = place.link("after", job=row["job"]["id"])
    return {
        "rows": rows,
        "older": place.link(after=jobs[-1]["id"]) if data["jobs"]["has_more"] else None,
        "newest": place.link() if place.get("after") else None,
        "waiting": sum(job["status"] not in _ENDED for job in jobs),
        "chosen": place.get("job"),
    }


async def newest_jobs(api: ControlApi) -> list[Json]:
    """The newest 1,000 jobs, read in turns with the requests of others."""
    found: list[Json] = []
    more = True
    while more and len(found) < _MOST_JOBS:
        after = found[-1]["id"] if found else None
        try:
            page = await api.get("jobs", limit=ROWS, after=after)
        except ControlRefusalError:
            # The last one was deleted meanwhile.
            break
        found += page["jobs"]
        more = page["has_more"]
    return found


async def load_job(api: ControlApi, place: Place) -> Json:
    """One job, the request that created it, its deliveries, and the clock."""
    job_id = place.get("job")
    created = await api.call("POST", "requests/search", body={"where": {"job": job_id}, "limit": 1})
    sent = await api.get("webhooks/deliveries", job=job_id)
    return {
        "job": await api.get(f"jobs/{part(job_id)}"),
        "request": next(iter(created["requests"]), None),
        "deliveries": sent["deliveries"],
        "clock": await api.get("clock"),
    }


def view_job(data: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """The facts of the job, and what can be done with it."""
    job, clock = data["job"], data["clock"]
    return {
        **_row(job, clock, Counter(each["state"] for each in data["deliveries"])),
        "request": data["request"],
        "deliveries": data["deliveries"],
        "changes": _changes(job, clock["now_ms"]),
        "waiting": job["status"] not in _ENDED,
        "video": media_path(job["video_url"]),
        "parent": place.link(job=job["parent"]) if job["parent"] else None,
        "close": place.link("after"),
    }


async def load_polls(api: ControlApi, place: Place) -> Json:
    """The newest requests that name the job, and the job."""
    job_id = place.get("job")
    body = {"where": {"text": job_id}, "limit": _MOST_POLLS}
    found = await api.call("POST", "requests/search", body=body)
    kept = ("number", "at_ms", "method", "path", "status", "operation", "code", "duration_us")
    return {
        "job": await api.get(f"jobs/{part(job_id)}"),
        "count": found["count"],
        "requests": [{name: each[name] for name in kept} for each in found["requests"]],
    }


async def watch_polls(api: ControlApi, place: Place) -> Json:
    """What differs when there is another request about the job."""
    body = {"where": {"text": place.get("job")}, "limit": 0}
    return {"count": (await api.call("POST", "requests/search", body=body))["count"]}


def view_polls(data: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """The requests, the newest first, each with what it saw of the job."""
    job = data["job"]
    polls = [
        {
            **each,
            "seen": seen_at(job, each["at_ms"]) if each["status"] < _REFUSED else each["code"],
            "link": place.link(tab="requests", request=each["number"]),
        }
        for each in reversed(data["requests"])
    ]
    return {"polls": polls, "count": data["count"]}


def _row(job: Mapping[str, Any], clock: Mapping[str, Any], sent: Counter[str]) -> dict[str, Any]:
    phase = _phase_at(job, clock["now_ms"])
    word = phase["word"] if phase else None
    return {
        "job": job,
        "bar": bar_of(job, clock["now_ms"], clock["speed"]),
        "word": word or ("cancelled" if job["error"] == "cancelled" else job["status"]),
        "phase": phase,
        "sent": dict(sent),
        "thumbnail": media_path(job["thumbnail_url"]),
        "moves": bool(clock["speed"]) and job["status"] not in _ENDED,
    }


def _phase_at(job: Mapping[str, Any], now_ms: int) -> Mapping[str, Any] | None:
    """The phase that a job is in; None if it has ended."""
    phases = job["phases"]
    return next((it for it in phases if it["ends_ms"] is None or now_ms < it["ends_ms"]), None)


def _changes(job: Mapping[str, Any], now_ms: int) -> list[dict[str, Any]]:
    """The changes of a job's state with their instants; those that are to come, too."""
    found = [(job["created_ms"], "created")]
    found += [(each["starts_ms"], each["word"] or each["status"]) for each in job["phases"]]
    if job["ends_ms"] is not None:
        found.append((job["ends_ms"], job["outcome"]))
    if job["expires_ms"] is not None:
        found.append((job["expires_ms"], "content expires"))
    return [
        {"at_ms": at, "name": name, "after_ms": at - job["created_ms"], "passed": at <= now_ms}
        for at, name in found
    ]


def media_path(url: str | None) -> str | None:
    """The path of a link to media, without the address: the page may be behind a proxy."""
    return None if url is None else f"media/{url.partition('/media/')[2]}"
