"""The requests that are sent to every server, and a plain connection to send one."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

GRACE_S = 30


class LoadError(Exception):
    """An unexpected response, which makes a measurement worthless."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request that is sent repeatedly, and the expected status."""

    name: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    answered: int = 200


@dataclass(frozen=True, slots=True)
class Pressure:
    """The length of a round and the number of concurrent connections."""

    seconds: float
    connections: int


@dataclass(frozen=True, slots=True)
class Round:
    """Responses per second, median and 99th percentile of their times, and their number."""

    rate: float
    p50_ms: float
    p99_ms: float
    answers: int


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
    """A call of the fake's control API for the tenant of the key."""
    return Call(name, method, f"/_mock/{name}", _AS_JSON, json.dumps(body).encode())


_PATIENCE_S = 60
_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """The response of a server."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body as JSON; empty if it is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return {}


class Line:
    """A persistent connection for one request at a time."""

    def __init__(self, connection: HTTPConnection) -> None:
        self._connection = connection

    def ask(self, call: Call) -> Answer:
        """The answer to a request, whatever it is.

        Raises:
            LoadError: there is none.
        """
        try:
            self._connection.request(call.method, call.path, call.body or None, dict(call.headers))
            answer = self._connection.getresponse()
            return Answer(answer.status, answer.read())
        except (OSError, HTTPException) as error:
            raise LoadError(f"{call.name}: no answer: {error}") from error

    def demand(self, call: Call) -> Answer:
        """The answer to a request.

        Raises:
            LoadError: it is not the one that the call should have.
        """
        answer = self.ask(call)
        if answer.status != call.answered:
            shown = answer.body[:_SHOWN].decode(errors="replace")
            raise LoadError(f"{call.name} answers {answer.status}\n{shown}")
        return answer


@contextmanager
def line(url: str) -> Iterator[Line]:
    """A connection that ends with the block."""
    with closing(HTTPConnection(urlsplit(url).netloc, timeout=_PATIENCE_S)) as connection:
        yield Line(connection)


def ask(url: str, call: Call) -> Answer:
    """The answer to one request, over a connection of its own.

    Raises:
        LoadError: there is none.
    """
    with line(url) as one:
        return one.ask(call)


def demand(url: str, call: Call) -> Answer:
    """The answer to one request, over a connection of its own.

    Raises:
        LoadError: it is not the one that the call should have.
    """
    with line(url) as one:
        return one.demand(call)
