"""Callers that are slow, too many, or ask for more than they read."""

import socket
import subprocess
import sys
from contextlib import ExitStack, suppress

import pytest

from mock_server.http.limits import ConnectionLimits
from mock_server.settings import Settings
from tests.mock_server.transport.asking import a_get, everything, posted, refusal
from tests.mock_server.wire import JSON, PATIENCE_S, Address, head, loopback, read_answer, send

INCOMPLETE = {
    "line": b"GET /v1/vid",
    "head": a_get("/v1/videos")[:-2],
    "body": posted(JSON, b"{}")[:-1],
    "body of a refused key": posted(JSON, b"{}")[:-1].replace(b"Bearer", b"Basic"),
}


@pytest.mark.parametrize("name", ["line", "head", "body"])
def test_a_slow_caller_is_cut_off(address: Address, name: str) -> None:
    """What is not complete in time is answered 408, and the connection ends."""
    with socket.create_connection(address, PATIENCE_S) as connection:
        connection.sendall(INCOMPLETE[name])
        answer = read_answer(connection)

        assert refusal(answer) == (408, "request_timeout")
        assert connection.recv(1) == b""


def test_who_says_nothing_is_cut_off(address: Address) -> None:
    """A connection without a request ends without an answer."""
    with socket.create_connection(address, PATIENCE_S) as connection:
        assert connection.recv(1) == b""


def test_who_was_answered_early_is_cut_off_too(address: Address) -> None:
    """A body that goes on after its answer has no more time than any other."""
    with socket.create_connection(address, PATIENCE_S) as connection:
        connection.sendall(INCOMPLETE["body of a refused key"])

        assert read_answer(connection).status == 401
        assert connection.recv(1) == b""


def test_who_does_not_read_is_cut_off(address: Address) -> None:
    """A caller that asks for much and reads nothing is dropped before it has everything."""
    with socket.create_connection(address, PATIENCE_S) as connection:
        connection.sendall(head("GET", "/openapi.json", {}) * 90)
        for _ in range(3):
            # Each of these is cut off after a second, which is what has to pass.
            with socket.create_connection(address, PATIENCE_S) as silent:
                assert silent.recv(1) == b""
        received = 0
        with suppress(ConnectionError):
            while piece := connection.recv(1_000_000):
                received += len(piece)
    one = len(send(address, head("GET", "/openapi.json", {}), "GET").body)

    assert received < 90 * one


FILES = """
import resource
from mock_server.transport.process import room_for
resource.setrlimit(resource.RLIMIT_NOFILE, (600, 1000))
print(room_for(50), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
print(room_for(100), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
print(room_for(5000), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_the_operating_system_bounds_connections_too() -> None:
    """The process's limit is raised as far as it may be, and nothing is promised beyond it."""
    run = subprocess.run([sys.executable, "-c", FILES], text=True, capture_output=True, check=True)

    assert run.stdout.splitlines() == ["50 600", "100 612", "488 1000"]


def test_line_ends_are_no_request() -> None:
    """A connection on which nothing else comes is closed like any other that waits."""
    with (
        loopback(Settings(connections=ConnectionLimits(keep_alive_s=1))) as address,
        socket.create_connection(address, PATIENCE_S) as connection,
    ):
        connection.sendall(a_get("/v1/videos"))
        status = read_answer(connection, "GET").status
        connection.sendall(b"\r\n")

        assert (status, connection.recv(1)) == (200, b"")


def test_one_connection_too_many_gets_an_error(address: Address) -> None:
    """It gets 503 and may try again, while the others are served."""
    with ExitStack() as stack:
        held = [
            stack.enter_context(socket.create_connection(address, PATIENCE_S)) for _ in range(20)
        ]
        for connection in held:
            connection.sendall(a_get("/v1/videos"))
            assert read_answer(connection, "GET").status == 200
        answer = send(address, a_get("/v1/videos"), "GET")
        held[0].sendall(a_get("/v1/videos"))

        assert refusal(answer) == (503, "too_many_connections")
        assert answer.headers["retry-after"] == "1"
        assert read_answer(held[0], "GET").status == 200


def test_answers_stay_in_the_order_of_their_requests(address: Address) -> None:
    """What follows good requests on a connection and is none does not overtake their answers."""
    with socket.create_connection(address, PATIENCE_S) as connection:
        connection.sendall(a_get("/v1/videos") * 2 + b"nonsense\r\n\r\n")
        received = everything(connection)

    assert received.count(b"HTTP/1.1 ") == received.count(b"HTTP/1.1 200 ") == 2


def test_requests_without_answers_are_not_heaped_up(address: Address) -> None:
    """Hundreds of requests at once end the connection after some."""
    with socket.create_connection(address, PATIENCE_S) as connection:
        connection.sendall(a_get("/v1/models") * 1000)
        received = everything(connection)

    assert 0 < received.count(b"HTTP/1.1 200 ") < 1000
