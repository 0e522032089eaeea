"""Requests as bytes on a socket: what a well-behaved client library cannot be made to send."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPMessage, HTTPResponse
from typing import Any

import httpx
import orjson

from mock_server.settings import Settings
from tests.system.clients.gateway import running

# Only a test that is about to fail waits as long.
PATIENCE_S = 30
BOUNDARY = "edge"
FORM = f"multipart/form-data; boundary={BOUNDARY}"
JSON = "application/json"
Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: HTTPMessage
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as an object."""
        found: dict[str, Any] = orjson.loads(self.body)
        return found


def head(method: str, target: str, headers: Mapping[str, str | None]) -> bytes:
    """A request's first lines; nothing is added but Host, and a header of None is left out."""
    lines = [f"{method} {target} HTTP/1.1", "Host: gateway.test"]
    lines += [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def part(name: str, content: bytes, more: str = "") -> bytes:
    """One part of a form; ``more`` goes behind its name."""
    start = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return start.encode() + content + b"\r\n"


def form_of(*parts: bytes) -> bytes:
    """A complete form of such parts."""
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def chunked(body: bytes, size: int = 7) -> bytes:
    """A body in chunks, as it is sent without a declared length."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in [*pieces, b""])


def read_answer(connection: socket.socket, method: str = "POST") -> Answer:
    """The next answer on a connection."""
    answer = HTTPResponse(connection, method=method)
    with closing(answer):
        answer.begin()
        return Answer(answer.status, answer.headers, answer.read())


def send(address: Address, request: bytes, method: str = "POST") -> Answer:
    """Send bytes on a connection of their own and read the answer."""
    with socket.create_connection(address, PATIENCE_S) as connection:
        connection.sendall(request)
        return read_answer(connection, method)


@contextmanager
def loopback(settings: Settings) -> Iterator[Address]:
    """The address of a real server in a thread of this process."""
    with running(settings) as url:
        read = httpx.URL(url)
        yield read.host, read.port or 0
