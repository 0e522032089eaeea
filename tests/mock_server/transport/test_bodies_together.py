"""What all bodies hold together is bounded, and is let go of whatever becomes of a request."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import bodies as bodies_benchmark
from mock_server.http.limits import BodyLimits, ConnectionLimits
from mock_server.settings import Settings
from mock_server.transport.connections.bodies import Bodies
from tests.mock_server.observability.test_probes import counted
from tests.mock_server.samples import SORA
from tests.mock_server.transport.asking import KEY, everything, posted, refusal
from tests.mock_server.wire import (
    FORM,
    JSON,
    PATIENCE_S,
    Address,
    form_of,
    head,
    loopback,
    part,
    read_answer,
    send,
)
from tests.properties import examples

SIZE, MOST = 100_000, 250_000


def create_of(size: int) -> bytes:
    """A create with a form of so many bytes as its body."""
    parts = [part(name, value.encode()) for name, value in SORA.items()]
    empty = len(form_of(*parts, part("x", b"", '; filename="x"')))
    return posted(FORM, form_of(*parts, part("x", b"a" * (size - empty), '; filename="x"')))


WHOLE = create_of(SIZE)


def _limited(size: int, bodies: int) -> Settings:
    """Limits of one body and of all together."""
    return Settings(body=BodyLimits(size=size), connections=ConnectionLimits(bodies=bodies))


@pytest.fixture(scope="module")
def address() -> Iterator[Address]:
    """A server that holds two and a half bodies."""
    with loopback(_limited(SIZE, MOST)) as address:
        yield address


@pytest.fixture
def connections() -> Iterator[ExitStack]:
    """Connections that are closed in the end."""
    with ExitStack() as stack:
        yield stack


def opened(address: Address, stack: ExitStack) -> socket.socket:
    """A connection."""
    return stack.enter_context(socket.create_connection(address, PATIENCE_S))


def wait_until_held(address: Address, size: int) -> None:
    """Request the metrics until they show that bodies hold so many bytes."""
    url = f"http://{address[0]}:{address[1]}/_mock/metrics"
    with httpx.Client(trust_env=False) as client:
        while counted(client.get(url).text)["gateway_mock_body_bytes", ()] != size:
            continue


def test_a_body_too_many_gets_an_error(address: Address, connections: ExitStack) -> None:
    """It gets 503 with Retry-After and its connection ends; the others are read to their end."""
    held = [opened(address, connections) for _ in range(2)]
    for connection in held:
        connection.sendall(WHOLE[:-1])
    wait_until_held(address, 2 * (SIZE - 1))
    late = opened(address, connections)
    late.sendall(WHOLE[:-20_000])
    answer = read_answer(late)
    for connection in held:
        connection.sendall(WHOLE[-1:])

    assert refusal(answer) == (503, "too_many_bodies")
    assert answer.headers["retry-after"] == "1"
    assert (answer.headers["connection"], late.recv(1)) == ("close", b"")
    assert [read_answer(connection).status for connection in held] == [200, 200]
    wait_until_held(address, 0)
    assert send(address, WHOLE).status == 200


def test_a_client_that_reads_last_gets_the_error(connections: ExitStack) -> None:
    """What is refused is still taken off its connection, so that the answer can be read."""
    whole = create_of(8_000_000)
    with loopback(_limited(8_000_000, 1)) as address:
        held = opened(address, connections)
        held.sendall(whole[:-1])
        wait_until_held(address, 8_000_000 - 1)

        assert refusal(send(address, whole)) == (503, "too_many_bodies")


def test_who_leaves_holds_nothing(address: Address, connections: ExitStack) -> None:
    """A caller that is gone before its body was whole makes room for others."""
    leaving = opened(address, connections)
    leaving.sendall(WHOLE[:-1])
    wait_until_held(address, SIZE - 1)
    leaving.close()

    wait_until_held(address, 0)


def test_what_waits_for_its_turn_is_held_too(address: Address, connections: ExitStack) -> None:
    """Requests that follow one another on a connection let go of their bodies one by one."""
    small = create_of(10_000)
    connection = opened(address, connections)
    connection.sendall(small * 2 + small.replace(b"\r\nHost", b"\r\nConnection: close\r\nHost"))

    assert everything(connection).count(b"HTTP/1.1 200 ") == 3
    wait_until_held(address, 0)


@pytest.mark.parametrize("last", [b"", b"\r\n"])
def test_who_leaves_while_others_wait_holds_nothing(
    address: Address, connections: ExitStack, last: bytes
) -> None:
    """Bodies of requests that are never begun are let go of as well."""
    connection = opened(address, connections)
    connection.sendall(create_of(10_000) * 4 + last)
    connection.close()

    wait_until_held(address, 0)


def test_what_nobody_reads_is_not_held(address: Address, connections: ExitStack) -> None:
    """A body that goes on after its answer is thrown away."""
    connection = opened(address, connections)
    connection.sendall(WHOLE.replace(b"Bearer limits", b"Basic limits")[:-1])

    assert read_answer(connection).status == 401
    wait_until_held(address, 0)


def test_one_body_always_has_room() -> None:
    """A limit below that of one body is raised to it, or a large body could never be sent."""
    with loopback(_limited(SIZE, 1)) as address:
        assert send(address, WHOLE).status == 200


def test_a_refused_request_does_not_overtake_others(address: Address) -> None:
    """A body that cannot be read ends its connection after the answers of those before it."""
    sent = {**KEY, "Content-Type": JSON, "Transfer-Encoding": "chunked"}
    broken = head("POST", "/v1/videos", sent) + b"zz\r\n"
    with socket.create_connection(address, PATIENCE_S) as connection:
        connection.sendall(create_of(1000) + create_of(1000) + broken)
        received = everything(connection)

    assert received.count(b"HTTP/1.1 ") == received.count(b"HTTP/1.1 200 ") == 2


@settings(max_examples=examples(50))
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 40)), max_size=40))
def test_the_sum_is_that_of_those_under_way(steps: list[tuple[int, int]]) -> None:
    """Whatever begins, grows and ends in whatever order: the sum is what is held, and no more."""
    bodies = Bodies(100)
    sizes: dict[int, int] = {}
    held = {number: bodies.begin({}) for number in range(5)}
    for number, size in steps:
        if size == 0:
            held[number].end()
            held[number], sizes[number] = bodies.begin({}), 0
            continue
        sizes[number] = sizes.get(number, 0) + size
        assert held[number].grow(size) == (sum(sizes.values()) <= 100)
    assert bodies.held == sum(sizes.values())


def test_the_benchmark_shows_memory() -> None:
    """It says what every connection was answered, and how much memory that took."""
    options = ("--json", "--connections", "4", "--megabytes", "1", "--", "--journal", "0")
    printed = CliRunner().invoke(bodies_benchmark.main, options)
    found = json.loads(printed.stdout)

    assert (printed.exit_code, found["answers"]) == (0, {"200": 4})
    assert 0 < found["before_mb"] <= found["peak_mb"]
