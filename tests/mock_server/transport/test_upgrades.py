"""Offers of another protocol, which real clients make with their first request, are passed over."""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import orjson
import pytest

from mock_server.http.limits import BodyLimits
from mock_server.settings import Settings
from tests.mock_server.samples import SORA
from tests.mock_server.transport.asking import KEY, everything
from tests.mock_server.wire import (
    JSON,
    PATIENCE_S,
    Address,
    chunked,
    head,
    loopback,
    read_answer,
    send,
)

OFFER = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAEAAEAA"}
BODY = orjson.dumps(SORA)
# Java's client is used with its defaults: no version is set.
JAVA = """
import java.net.URI;
import java.net.http.*;
class Create {
  public static void main(String[] given) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(given[0] + "/v1/videos"))
      .header("Authorization", "Bearer java").header("Content-Type", "application/json")
      .POST(HttpRequest.BodyPublishers.ofString(given[1])).build();
    var client = HttpClient.newHttpClient();
    var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    System.out.print(answer.statusCode() + " " + answer.body());
  }
}
"""


@pytest.fixture(scope="module")
def address() -> Iterator[Address]:
    """A server with a low limit on bodies."""
    with loopback(Settings(body=BodyLimits(size=10_000))) as address:
        yield address


def created(connection: socket.socket, headers: dict[str, str], body: bytes) -> int:
    """The status of a create with more headers."""
    connection.sendall(
        head("POST", "/v1/videos", {**KEY, "Content-Type": JSON, **OFFER, **headers}) + body
    )
    return read_answer(connection).status


@pytest.mark.parametrize("protocol", ["h2c", "websocket", "TLS/1.3", "x, y"])
@pytest.mark.parametrize("framing", ["declared", "chunked"])
def test_a_body_survives_an_offer(address: Address, protocol: str, framing: str) -> None:
    """The request is answered as if it had made none, and the connection goes on."""
    length = {"Content-Length": str(len(BODY))}
    headers, body = {
        "declared": (length, BODY),
        "chunked": ({"Transfer-Encoding": "chunked"}, chunked(BODY)),
    }[framing]
    with socket.create_connection(address, PATIENCE_S) as connection:
        first = created(connection, {"Upgrade": protocol, **headers}, body)
        second = created(connection, {"Upgrade": protocol, **headers}, body)

    assert (first, second) == (200, 200)


@pytest.mark.parametrize("size", [1, 7, 200])
def test_an_offer_may_come_in_pieces(address: Address, size: int) -> None:
    """Wherever the head and its body are cut."""
    headers = {**KEY, **OFFER, "Content-Type": JSON, "Content-Length": str(len(BODY))}
    sent = head("POST", "/v1/videos", headers) + BODY
    with socket.create_connection(address, PATIENCE_S) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(sent), size):
            connection.sendall(sent[start : start + size])

        assert read_answer(connection).status == 200


def test_what_follows_an_offer_is_answered(address: Address) -> None:
    """Requests that were sent right behind it are requests, not another protocol."""
    sent = head("GET", "/v1/models", {**KEY, **OFFER})
    last = head("GET", "/v1/models", {**KEY, "Connection": "close"})
    with socket.create_connection(address, PATIENCE_S) as connection:
        connection.sendall(sent * 20 + last)

        assert everything(connection).count(b"HTTP/1.1 200 OK\r\n") == 21


def test_limits_hold_for_offers(address: Address) -> None:
    """A body over the limit is refused, whatever its request offers."""
    headers = {**KEY, **OFFER, "Content-Type": JSON, "Content-Length": "10001"}

    assert send(address, head("POST", "/v1/videos", headers)).status == 413


def test_an_offer_that_waits_gets_100_continue(address: Address) -> None:
    """`Expect: 100-continue` counts with an offer as it does without."""
    headers = {**KEY, **OFFER, "Content-Type": JSON, "Content-Length": str(len(BODY))}
    with socket.create_connection(address, PATIENCE_S) as connection:
        connection.sendall(head("POST", "/v1/videos", {**headers, "Expect": "100-continue"}))
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(BODY)

        assert read_answer(connection).status == 200


@pytest.mark.needs("curl")
@pytest.mark.parametrize("version", ["--http2", "--http1.1", "--http1.0"])
def test_curl_creates_a_job_in_every_version(address: Address, version: str) -> None:
    """Body and all, whichever version it is asked to speak."""
    url = f"http://{address[0]}:{address[1]}/v1/videos"
    done = subprocess.run(
        [
            *("curl", "--noproxy", "*", "-sS", version, "--json", BODY.decode(), url),
            *("-H", "Authorization: Bearer curl", "-w", "%{http_code}"),
        ],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )

    assert done.stdout.endswith("200")


@pytest.mark.needs("java")
def test_javas_client_creates_a_job(address: Address, tmp_path: Path) -> None:
    """Java's own client offers HTTP/2 with its first request unless it is configured not to."""
    program = tmp_path / "Create.java"
    program.write_text(JAVA)
    url = str(httpx.URL(scheme="http", host=address[0], port=address[1]))
    done = subprocess.run(
        ["java", str(program), url, BODY.decode()],
        capture_output=True,
        text=True,
        timeout=4 * PATIENCE_S,
        check=True,
    )

    assert done.stdout.startswith("200 ")
