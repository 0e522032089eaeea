"""What the control API answers, as plain JSON, and the parts of the page made of it."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from mock_server.faults import FAULTS
from mock_server.faults.parse import settings_schema
from mock_server.workbench.parts import PARTS
from mock_server.workbench.place import Place
from mock_server.workbench.rendering import render

NOW = 1_767_225_600_000
MINUTE = 60_000
ADDRESS = "http://127.0.0.1:8080"
JOB = "video_1"
Json = dict[str, Any]


def clock(**changed: Any) -> Json:
    """A clock that runs as real time does."""
    return {"now_ms": NOW, "mode": "running", "speed": 1.0, "step_s": 0.0, **changed}


FROZEN = clock(mode="frozen", speed=0.0)


def phase(status: str, starts_ms: int, ends_ms: int | None, **changed: Any) -> Json:
    """A phase of a job's plan; instants are relative to ``NOW``."""
    return {
        "status": status,
        "word": None,
        "starts_ms": NOW + starts_ms,
        "ends_ms": None if ends_ms is None else NOW + ends_ms,
        "progress_start": 0,
        "progress_end": 99 if status == "running" else 0,
        **changed,
    }


def job(**changed: Any) -> Json:
    """A job that waited for a minute, and has run for one of its two."""
    return {
        "id": JOB,
        "family": "videos",
        "kind": "create",
        "model": "sora-2",
        "prompt": "A cat",
        "size": "720x1280",
        "seconds": 4,
        "parent": None,
        "status": "running",
        "progress": 49,
        "created_ms": NOW - 2 * MINUTE,
        "ends_in_ms": MINUTE,
        "expires_ms": None,
        "scenario": "happy",
        "refunded": False,
        "error": None,
        "ends_ms": NOW + MINUTE,
        "outcome": "completed",
        "phases": [
            phase("queued", -2 * MINUTE, -MINUTE),
            phase("running", -MINUTE, MINUTE),
        ],
        "usd": 0.4,
        "video_url": None,
        "thumbnail_url": None,
        **changed,
    }


def completed(**changed: Any) -> Json:
    """A job that has completed and has content."""
    media = f"{ADDRESS}/films/media/tenant/video_1/token"
    ended = {
        "status": "completed",
        "progress": 100,
        "ends_in_ms": None,
        "ends_ms": NOW - MINUTE,
        "expires_ms": NOW + 3600_000,
        "phases": [phase("running", -2 * MINUTE, -MINUTE)],
        "video_url": f"{media}.mp4",
        "thumbnail_url": f"{media}.webp",
    }
    return job(**{**ended, **changed})


def failed(**changed: Any) -> Json:
    """A job that has failed."""
    ended = {"status": "failed", "outcome": "failed", "error": "generation_failed"}
    return completed(**{**ended, "video_url": None, "thumbnail_url": None, **changed})


def request(**changed: Any) -> Json:
    """The request that created the job."""
    return {
        "number": 7,
        "at_ms": NOW,
        "duration_us": 1500,
        "method": "POST",
        "path": "/v1/videos",
        "query": "",
        "operation": "createVideo",
        "status": 200,
        "code": None,
        "reason": None,
        "faults": [],
        "scenario": "happy",
        "job": JOB,
        "strict": None,
        "inferred": None,
        "retry": 0,
        "request_id": "req_1",
        "user_agent": "curl/8",
        "headers": {"user-agent": "curl/8"},
        "fields": {"model": "sora-2", "prompt": "A cat"},
        "files": {},
        **changed,
    }


def delivery(**changed: Any) -> Json:
    """An event that is due in a minute."""
    return {
        "id": "evt_1.we_1",
        "event": "evt_1",
        "event_type": "video.completed",
        "job": JOB,
        "endpoint": "we_1",
        "state": "pending",
        "reason": None,
        "happened_ms": NOW,
        "due_ms": NOW + MINUTE,
        "attempts": [],
        **changed,
    }


def endpoint(**changed: Any) -> Json:
    """An endpoint that is enabled."""
    return {
        "id": "we_1",
        "name": "Receiver",
        "url": "http://127.0.0.1:9/hooks",
        "event_types": ["video.completed", "video.failed"],
        "created_ms": NOW,
        "updated_ms": NOW,
        "disabled": None,
        **changed,
    }


def fault(**changed: Any) -> Json:
    """A fault that was used twice."""
    return {
        "id": "3",
        "kind": "status",
        "settings": {"status": 503},
        "match": {"operation": "retrieveVideo", "first": 2},
        "seen": 5,
        "fired": 2,
        **changed,
    }


def state(**changed: Any) -> Json:
    """The state of a key."""
    return {
        "tenant": "tenant",
        "clock": clock(),
        "scenario": {"happy": 1},
        "dialect": "gateway",
        "requests_mode": "strict",
        "faults": [],
        "webhooks": [],
        "requests": 3,
        **changed,
    }


def bill(**changed: Any) -> Json:
    """The bill for the job, and for a second one that was paid twice."""
    entry = {
        "job": JOB,
        "kind": "create",
        "model": "sora-2",
        "size": "720x1280",
        "seconds": 4,
        "status": "completed",
        "created_ms": NOW,
        "state": "charged",
        "price": "0.40",
        "price_micros": 400_000,
        "request": 7,
        "request_id": "req_1",
        "retry": 0,
        "removed_ms": None,
    }
    again = {"job": "video_2", "request_id": "req_2", "retry": 1, "after_ms": 2000}
    return {
        "accepted": "0.80",
        "reserved": "0.00",
        "charged": "0.80",
        "refunded": "0.00",
        "budget": None,
        "jobs": 2,
        "unpriced": 0,
        "window_s": 900,
        "duplicates": [{**again, "first_job": JOB, "first_request_id": "req_1"}],
        "entries": [entry, {**entry, "job": "video_2", "retry": 1}],
        **changed,
    }


def place(**query: str) -> Place:
    """A place on the page, of a key."""
    return Place({"key": "tenant", **query}, "tenant", ADDRESS)


def html_of(name: str, data: Mapping[str, Any], **query: str) -> str:
    """A part of the page as HTML."""
    return html_at(name, data, place(**query))


def html_at(name: str, data: Mapping[str, Any], it: Place) -> str:
    """A part of the page as HTML, at any place."""
    return render(PARTS[name].template, PARTS[name].values(data, it))


def jobs_of(*jobs: Json, has_more: bool = False, **more: Any) -> Json:
    """What the list of jobs is made of."""
    page = {"jobs": list(jobs), "has_more": has_more}
    return {"jobs": page, "deliveries": [], "clock": clock(), **more}


def requests_of(*requests: Json, **more: Any) -> Json:
    """What the list of requests is made of."""
    return {"count": len(requests), "requests": list(requests), **more}


def of_job(it: Json, **more: Any) -> Json:
    """What the details of a job are made of."""
    return {"job": it, "request": request(), "deliveries": [], "clock": clock(), **more}


def behaviour(**changed: Any) -> Json:
    """What the list of scenarios is made of."""
    return {
        "state": state(),
        "scenarios": {"happy": "Completes.", "slow": "Takes longer."},
        "dialects": {"gateway": "The merged one.", "openai": "As OpenAI."},
        "seen": {"slow": 4},
        **changed,
    }


KINDS = {
    "kinds": {
        name: {"summary": kind.summary, "settings": settings_schema(name)}
        for name, kind in FAULTS.items()
    }
}


def buttons(html: str) -> set[str]:
    """What can be done: the names of the actions."""
    return set(re.findall(r"act/([a-z-]+)", html))


class Shown(HTMLParser):
    """Tags, attributes and text of HTML, as a browser sees them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self._text: list[str] = []
        self._pieces: list[tuple[str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and its attributes."""
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self._text.append(data)
        self._pieces.append((self.tags[-1] if self.tags else "", data))

    @property
    def text(self) -> str:
        """All text, with single blanks."""
        return " ".join(" ".join(self._text).split())

    def pieces(self, tag: str) -> list[str]:
        """The texts that begin an element."""
        return [text for each, text in self._pieces if each == tag and text.strip()]

    def values(self, name: str) -> list[str]:
        """The values of an attribute."""
        return [value for _, each, value in self.attributes if each == name]
