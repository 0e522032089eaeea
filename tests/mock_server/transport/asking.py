"""Requests that are good but for one thing, and what comes back."""

import socket

from tests.mock_server.wire import Answer, head

KEY = {"Authorization": "Bearer limits"}


def refusal(answer: Answer) -> tuple[int, str]:
    """Status and code of an error in the API's envelope."""
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-request-id"].startswith("req_")
    return answer.status, answer.json()["error"]["code"]


def a_get(target: str, **headers: str) -> bytes:
    """A request without a body."""
    return head("GET", target, {**KEY, **headers})


def posted(kind: str, body: bytes) -> bytes:
    """A create."""
    length = str(len(body))
    return (
        head("POST", "/v1/videos", {**KEY, "Content-Type": kind, "Content-Length": length}) + body
    )


def everything(connection: socket.socket) -> bytes:
    """All that comes until the connection ends."""
    return b"".join(iter(lambda: connection.recv(65536), b""))
