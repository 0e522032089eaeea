"""Each limit on a socket: what is over it gets the API's error, what is at it is answered."""

import socket

import orjson
import pytest

from mock_server.http.limits import ConnectionLimits
from mock_server.settings import Settings
from tests.mock_server.samples import SORA
from tests.mock_server.transport.asking import KEY, a_get, posted, refusal
from tests.mock_server.wire import (
    FORM,
    JSON,
    PATIENCE_S,
    Address,
    chunked,
    form_of,
    head,
    loopback,
    part,
    read_answer,
    send,
)


def json_with(extra: str) -> bytes:
    """A create as JSON with one more field."""
    return posted(JSON, orjson.dumps(SORA)[:-1] + b',"x":' + extra.encode() + b"}")


def form_with(*more: bytes) -> bytes:
    """A create as a form with more parts."""
    return posted(FORM, form_of(part("model", b"sora-2"), part("prompt", b"A cat"), *more))


def many(count: int) -> dict[str, str]:
    """So many headers."""
    return {f"X-{number}": "a" for number in range(count)}


URL = "/v1/videos?x="
# Host and Authorization are two of each request's headers.
AT_THE_LIMIT = {
    "url": a_get(URL + "a" * (200 - len(URL))),
    "headers": a_get("/v1/videos", **many(8)),
    "header bytes": a_get("/v1/videos", X="a" * 900),
    "parts": form_with(*[part("x", b"")] * 3),
    "field": form_with(part("x", b"a" * 100)),
    "depth": json_with("[[1]]"),
    "brackets in a text": json_with('"[[[[[[\\"[[["'),
    "values": json_with("[" + ",".join("1" * 40) + "]"),
}
OVER = {
    "url": (a_get(URL + "a" * (201 - len(URL))), 414, "url_too_long"),
    "endless url": (a_get("/" + "a" * 400_000), 414, "url_too_long"),
    "headers": (a_get("/v1/videos", **many(9)), 431, "headers_too_large"),
    "header bytes": (a_get("/v1/videos", X="a" * 1000), 431, "headers_too_large"),
    "endless header": (a_get("/v1/videos", X="a" * 400_000), 431, "headers_too_large"),
    "endless headers": (a_get("/v1/videos", **many(40_000)), 431, "headers_too_large"),
    "parts": (form_with(*[part("x", b"")] * 4), 400, "invalid_multipart"),
    "field": (form_with(part("x", b"a" * 101)), 400, "invalid_multipart"),
    "depth": (json_with("[[[1]]]"), 400, "invalid_json"),
    "depth of objects": (json_with('{"a":{"b":{"c":1}}}'), 400, "invalid_json"),
    "values": (json_with("[" + ",".join("1" * 60) + "]"), 400, "invalid_json"),
}


@pytest.mark.parametrize("name", AT_THE_LIMIT)
def test_what_is_at_a_limit_is_answered(address: Address, name: str) -> None:
    """A limit is the largest that is taken."""
    request = AT_THE_LIMIT[name]

    assert send(address, request, request[:4].decode().strip()).status == 200


@pytest.mark.parametrize("name", OVER)
def test_a_request_over_a_limit_gets_an_error(address: Address, name: str) -> None:
    """The status says which limit it was, in the envelope that all errors have."""
    request, status, code = OVER[name]

    assert refusal(send(address, request, "GET")) == (status, code)


@pytest.mark.parametrize("size", [1, 100])
def test_small_chunks_are_no_large_head(address: Address, size: int) -> None:
    """A body may come in chunks of any size, however much framing that takes."""
    body = orjson.dumps({**SORA, "x": "a" * 20_000})
    sent = {**KEY, "Content-Type": JSON, "Transfer-Encoding": "chunked"}

    assert send(address, head("POST", "/v1/videos", sent) + chunked(body, size)).status == 200


@pytest.mark.parametrize("framing", ["1;" + "x" * 5000, "0\r\nX: " + "x" * 5000])
def test_framing_without_end_is_refused(address: Address, framing: str) -> None:
    """Extensions of chunks and trailers count as headers do."""
    sent = {**KEY, "Content-Type": JSON, "Transfer-Encoding": "chunked"}
    with socket.create_connection(address, PATIENCE_S) as connection:
        connection.sendall(head("POST", "/v1/videos", {**sent, "Expect": "100-continue"}))
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(framing.encode())

        assert refusal(read_answer(connection)) == (431, "headers_too_large")


def test_a_dialect_renders_errors_of_limits() -> None:
    """A refused request gets an error in the server's dialect."""
    with loopback(Settings(dialect="new-api", connections=ConnectionLimits(url=100))) as address:
        answer = send(address, a_get("/" + "a" * 200), "GET")

    assert answer.status == 414
    assert "X-Oneapi-Request-Id" in answer.headers
    assert set(answer.json()["error"]) == {"message", "type", "code"}
