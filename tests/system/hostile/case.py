"""One hostile exchange: bytes on a connection, and what a server may say to them."""

from collections.abc import Iterable
from dataclasses import dataclass

from tests.mock_server.wire import FORM, JSON, head

KEY = "Bearer hostile"
AUTHORIZED = {"Authorization": KEY}


@dataclass(frozen=True, slots=True)
class Hostile:
    """What is sent. ``method`` is the one it has, or seems to have: HEAD is answered without a
    body. HTTP itself demands 501 for a transfer coding that a server does not have."""

    name: str
    sent: bytes
    method: str = "GET"

    @property
    def due(self) -> list[int]:
        """The statuses from 500 that it is to be answered with."""
        return [501] if b"gzip, chunked" in self.sent else []

    def __str__(self) -> str:
        return self.name


def lines(*texts: bytes) -> bytes:
    """Lines of a head, and its end."""
    return b"\r\n".join([*texts, b"", b""])


def a_head(name: str, *texts: bytes) -> Hostile:
    """A head of such lines."""
    return Hostile(name, lines(*texts))


def a_line(name: str, line: bytes) -> Hostile:
    """A header, or several, of a request that is good but for that."""
    key = b"Authorization: " + KEY.encode()
    return a_head(name, b"GET /v1/videos HTTP/1.1", b"Host: a", key, line)


def a_post(name: str, body: bytes, *, path: str = "/v1/videos", kind: str = JSON) -> Hostile:
    """A create with a body of that kind."""
    headers = {**AUTHORIZED, "Content-Type": kind, "Content-Length": str(len(body))}
    return Hostile(name, head("POST", path, headers) + body, "POST")


def a_form(name: str, body: bytes, kind: str = FORM) -> Hostile:
    """A create with a form."""
    return a_post(name, body, kind=kind)


def in_chunks(name: str, framed: bytes, more: str = "") -> Hostile:
    """A create whose chunks are given with their framing."""
    headers = {**AUTHORIZED, "Content-Type": JSON, "Transfer-Encoding": "chunked"}
    start = head("POST", "/v1/videos", headers)[:-2] + more.encode() + b"\r\n"
    return Hostile(name, start + framed, "POST")


def numbered(name: str, cases: Iterable[Hostile]) -> tuple[Hostile, ...]:
    """The cases of a table, each with a name of its own."""
    return tuple(
        Hostile(f"{name} {number}: {case.name}", case.sent, case.method)
        for number, case in enumerate(cases)
    )
