"""Requests of a given size, and the kinds of input they belong to."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """One request; ``ID`` in its target is replaced by the id that was created last.

    ``status`` is the expected status, None for any. The default ``method`` is POST with a body.
    """

    target: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int | None = 200
    method: str | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of input. ``size`` is the smaller size; twice that is near the accepted maximum.

    ``request`` is counted; the requests of ``before`` prepare it and are not.
    """

    name: str
    size: int
    request: Callable[[int], Request]
    before: Callable[[int], list[Request]] = lambda _size: []


_JSON = {"content-type": "application/json"}
EDGE = "edge"
FORM = {"content-type": f"multipart/form-data; boundary={EDGE}"}
ORDER = {"model": "sora-2", "prompt": "A cat", "seconds": "4"}
_UNIFIED: dict[str, Any] = {
    "model": "sora-2",
    "prompt": "A cat",
    "images": [],
    "orientation": "portrait",
    "size": "small",
    "duration": 10,
    "watermark": False,
}
_ENDPOINT = {"name": "a", "url": "http://127.0.0.1:9/", "event_types": ["video.completed"]}
BAD, ABSENT = 400, 404


def post(path: str, body: Any, status: int = 200, **headers: str) -> Request:
    """A request with a JSON body, or with these bytes as one."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request(path, raw, {**_JSON, **headers}, status)


def create(status: int = 200, **fields: Any) -> Request:
    """A create."""
    return post("/v1/videos", {**ORDER, **fields}, status)


def raw(fields: str, status: int = 200) -> Request:
    """A create with these fields, written as they are, behind its own."""
    return post("/v1/videos", f"{json.dumps(ORDER)[:-1]}, {fields}}}".encode(), status)


def unified(status: int = 200, **fields: Any) -> Request:
    """A create in the unified format."""
    return post("/v1/video/create", {**_UNIFIED, **fields}, status)


def part(name: str, text: str = "x", more: str = "") -> str:
    """A part of a form."""
    return f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{text}\r\n'


def form(*parts: str, status: int = 200) -> Request:
    """A create as a form, with these parts behind its own."""
    usual = (part(name, text) for name, text in ORDER.items())
    body = "".join((*usual, *parts, f"--{EDGE}--\r\n")).encode()
    return Request("/v1/videos", body, FORM, status)


def get(target: str, status: int | None = 200, **headers: str) -> Request:
    """A request without a body."""
    sent = {name.replace("_", "-"): text for name, text in headers.items()}
    return Request(target, None, sent, status)


def many(size: int, start: str = "k") -> dict[str, int]:
    """So many names."""
    return {f"{start}{number}": 1 for number in range(size)}


def endpoint(status: int = 200, **fields: Any) -> Request:
    """A new webhook endpoint."""
    return post("/v1/webhook_endpoints", {**_ENDPOINT, **fields}, status)


def fault(**settings: Any) -> Request:
    """A new fault for creates."""
    return post("/_mock/faults", {"kind": "latency", "operation": "createVideo", **settings})
