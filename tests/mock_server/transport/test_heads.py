"""The rules of HTTP for a request's head, and the errors of invalid ones."""

import socket

import orjson
import pytest

from tests.mock_server.samples import SORA
from tests.mock_server.transport.asking import KEY, everything, refusal
from tests.mock_server.wire import PATIENCE_S, Address, chunked, head, read_answer, send

MODELS = "GET /v1/models HTTP/"
BODY = orjson.dumps(SORA)


def lines(*texts: str) -> bytes:
    """Lines of a head, with a key."""
    return "\r\n".join([*texts, "Authorization: Bearer heads", "", ""]).encode()


BAD = {
    "no Host": lines(f"{MODELS}1.1"),
    "two Hosts": lines(f"{MODELS}1.1", "Host: localhost", "Host: localhost"),
    "two Hosts of 1.0": lines(f"{MODELS}1.0", "Host: localhost", "Host: localhost"),
    "an empty Host": lines(f"{MODELS}1.1", "Host:"),
    "a Host with a blank": lines(f"{MODELS}1.1", "Host: a b"),
    "a Host with a path": lines(f"{MODELS}1.1", "Host: localhost/v1"),
    "a Host with a user": lines(f"{MODELS}1.1", "Host: me@localhost"),
    "a Host with a list": lines(f"{MODELS}1.1", "Host: localhost, localhost"),
    "a Host with a scheme": lines(f"{MODELS}1.1", "Host: http://localhost"),
    "a Host with no port": lines(f"{MODELS}1.1", "Host: localhost:http"),
    "a Host with a large port": lines(f"{MODELS}1.1", "Host: localhost:65536"),
    "a Host with half an address": lines(f"{MODELS}1.1", "Host: [::1"),
    "a Host with no address": lines(f"{MODELS}1.1", "Host: [::g]"),
    "a target with two ports": lines("GET http://a:1:2/ HTTP/1.1", "Host: localhost"),
    "a target without a host": lines("GET http:/// HTTP/1.1", "Host: localhost"),
    "HTTP/2.0": lines(f"{MODELS}2.0", "Host: localhost"),
    "HTTP/0.9": lines(f"{MODELS}0.9", "Host: localhost"),
    "a tunnel": lines("CONNECT localhost:443 HTTP/1.1", "Host: localhost"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_head_that_http_forbids_is_refused(address: Address, name: str) -> None:
    """With 400 in the envelope, and nothing more is read from that connection."""
    with socket.create_connection(address, PATIENCE_S) as connection:
        connection.sendall(BAD[name])

        assert refusal(read_answer(connection)) == (400, "malformed_http")
        assert everything(connection) == b""


@pytest.mark.parametrize(
    ("codings", "status"),
    [
        *((each, 501) for each in ("gzip, chunked", "identity, chunked", "x, gzip,chunked")),
        *((each, 400) for each in ("gzip", "chunked, gzip", "chunked, chunked", "xchunked")),
        *((each, 200) for each in ("chunked", "Chunked", " chunked ")),
    ],
)
def test_a_body_may_only_be_chunked(address: Address, codings: str, status: int) -> None:
    """Other transfer codings are 501, and one that leaves a body without an end is 400."""
    headers = {**KEY, "Content-Type": "application/json", "Transfer-Encoding": codings}

    assert send(address, head("POST", "/v1/videos", headers) + chunked(BODY)).status == status


def test_codings_on_two_lines_are_one_list(address: Address) -> None:
    """A coding is not hidden by a line of its own."""
    headers = {**KEY, "Content-Type": "application/json", "Transfer-Encoding": "gzip"}
    sent = head("POST", "/v1/videos", headers)[:-2] + b"Transfer-Encoding: chunked\r\n\r\n"

    assert refusal(send(address, sent + chunked(BODY))) == (501, "transfer_encoding_not_supported")


@pytest.mark.parametrize("host", [(), ("Host: localhost",)])
def test_the_first_version_needs_no_host(address: Address, host: tuple[str, ...]) -> None:
    """HTTP/1.0 has no Host, and its connection ends with the answer."""
    with socket.create_connection(address, PATIENCE_S) as connection:
        connection.sendall(lines(f"{MODELS}1.0", *host))
        answer = read_answer(connection, "GET")

        assert (answer.status, answer.headers["connection"]) == (200, "close")
        assert everything(connection) == b""


def test_the_first_version_can_keep_its_connection(address: Address) -> None:
    """It has to request it, and gets a confirmation."""
    with socket.create_connection(address, PATIENCE_S) as connection:
        for _ in range(3):
            connection.sendall(lines(f"{MODELS}1.0", "Connection: keep-alive"))
            answer = read_answer(connection, "GET")

            assert (answer.status, answer.headers["connection"]) == (200, "keep-alive")


def test_the_first_version_gets_no_100_continue(address: Address) -> None:
    """An expectation in HTTP/1.0 is passed over."""
    length = f"Content-Length: {len(BODY)}"
    sent = lines(
        *("POST /v1/videos HTTP/1.0", "Content-Type: application/json", length),
        "Expect: 100-continue",
    )
    with socket.create_connection(address, PATIENCE_S) as connection:
        connection.sendall(sent + BODY)

        assert everything(connection).startswith(b"HTTP/1.1 200 ")


def test_a_refusal_of_head_has_no_body(address: Address) -> None:
    """It describes what it leaves out, as every answer to HEAD does."""
    with socket.create_connection(address, PATIENCE_S) as connection:
        connection.sendall(lines("HEAD /v1/models HTTP/1.1"))
        received = everything(connection)

    assert received.startswith(b"HTTP/1.1 400 ")
    assert received.endswith(b"\r\n\r\n")
    assert b"content-length: 0" not in received


@pytest.mark.parametrize(
    "path",
    [
        *("/v1/models", "/v1/videos", "/docs/", "/docs", "/", "/openapi.json", "/openapi.yaml"),
        *("/_mock/docs/", "/_mock/world", "/_mock/journal", "/_mock/health", "/_mock/ready"),
        *("/_mock/metrics", "/v1/nothing", "/v1/videos/video_1/content"),
    ],
)
def test_head_is_get_without_the_body(address: Address, path: str) -> None:
    """Wherever GET is answered, and in the same way."""
    got = send(address, head("GET", path, KEY), "GET")
    asked = send(address, head("HEAD", path, KEY), "HEAD")

    assert (asked.status, asked.body) == (got.status, b"")
    assert asked.headers["content-type"] == got.headers["content-type"]
