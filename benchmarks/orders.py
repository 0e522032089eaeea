"""The requests that everybody is asked: orders of a video as JSON and as a form, and polls."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.load import Call

KEY = {"Authorization": "Bearer benchmark"}
# A job of 12 seconds is under way for three minutes, longer than anybody asks about it here.
ORDER = {"model": "sora-2", "prompt": "A calico cat playing a piano on stage", "seconds": "12"}
VIDEOS = "/v1/videos"
_BOUNDARY = "a-line-between-two-parts"
_AS_JSON = KEY | {"Content-Type": "application/json"}
_AS_FORM = KEY | {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}


@dataclass(frozen=True, slots=True)
class File:
    """A file of a form."""

    field: str
    name: str
    content_type: str
    body: bytes


def order_as_json(order: Mapping[str, str], *, answered: int = 200) -> Call:
    """A create as JSON."""
    return Call("create (JSON)", "POST", VIDEOS, _AS_JSON, json.dumps(order).encode(), answered)


def order_as_form(
    order: Mapping[str, str], picture: File | None = None, *, answered: int = 200
) -> Call:
    """A create as a form, with a picture or without."""
    parts = b"".join(_part(f'name="{name}"', "", text.encode()) for name, text in order.items())
    if picture is not None:
        about = f'name="{picture.field}"; filename="{picture.name}"'
        parts += _part(about, f"Content-Type: {picture.content_type}\r\n", picture.body)
    body = parts + f"--{_BOUNDARY}--\r\n".encode()
    return Call("create (multipart)", "POST", VIDEOS, _AS_FORM, body, answered)


def _part(about: str, more: str, content: bytes) -> bytes:
    head = f"--{_BOUNDARY}\r\nContent-Disposition: form-data; {about}\r\n{more}\r\n"
    return head.encode() + content + b"\r\n"


def poll(job_id: str) -> Call:
    """A question about one job."""
    return Call("poll", "GET", f"{VIDEOS}/{job_id}", KEY)


def page(limit: int) -> Call:
    """A page of the list of jobs."""
    return Call("list", "GET", f"{VIDEOS}?limit={limit}", KEY)


def download(job_id: str) -> Call:
    """The video of a job that is completed."""
    return Call("download", "GET", f"{VIDEOS}/{job_id}/content", KEY)


def control(method: str, name: str, **body: object) -> Call:
    """A command of the fake's control API, for the world of the key."""
    return Call(name, method, f"/_mock/{name}", _AS_JSON, json.dumps(body).encode())
