"""Hostile bytes against a real server process: no failure, no hang, no job, no growth."""

import os
import re
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from subprocess import Popen

import httpx
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mock_server.cli.bad_input.addresses import ADDRESSES
from tests.mock_server.cli.bad_input.fields import FIELDS
from tests.mock_server.cli.bad_input.forms import FORMS
from tests.mock_server.cli.bad_input.jsons import JSONS
from tests.mock_server.cli.bad_input.media_types import MEDIA_TYPES
from tests.mock_server.transport.test_server import gateway_mock, ready
from tests.mock_server.wire import JSON, PATIENCE_S, Address, chunked, head, read_answer
from tests.properties import examples
from tests.system.hostile.bodies import BODIES
from tests.system.hostile.case import AUTHORIZED, KEY, Hostile, in_chunks, lines
from tests.system.hostile.heads import HEADS
from tests.system.hostile.targets import TARGETS

BAD_INPUT = tuple(
    Hostile(f"input: {case.name}", case.request(KEY), case.method)
    for case in (*MEDIA_TYPES, *FORMS, *JSONS, *FIELDS, *ADDRESSES)
)
CASES = (*HEADS, *BODIES, *TARGETS, *BAD_INPUT)
ANSWER = re.compile(rb"HTTP/1\.1 (\d{3}) [^\r\n]*\r\n(.*?)\r\n\r\n", re.DOTALL)
# What the allocator keeps for later; growth with each request would be far beyond it.
MOST_GROWTH_KB = 24 * 1024
_ROUNDS = 7
NEEDS_PROC = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(scope="module")
def process() -> Iterator["Popen[str]"]:
    """A server that gives a request two seconds, and keeps few of them."""
    with gateway_mock("--read-timeout", "2", "--journal", "10") as process:
        yield process


@pytest.fixture(scope="module")
def address(process: "Popen[str]") -> Address:
    """Where it listens."""
    url = httpx.URL(ready(process)[0])
    return url.host, url.port or 0


def everything(connection: socket.socket) -> bytes:
    """All that comes until the connection ends, or is reset by a server that has heard enough."""
    received = b""
    try:
        while piece := connection.recv(65536):
            received += piece
    except ConnectionError:
        pass
    return received


def exchange(address: Address, sent: bytes) -> bytes:
    """What a server says to bytes after which nothing more is said."""
    with socket.create_connection(address, PATIENCE_S) as connection:
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            # It has refused them already.
            pass
        return everything(connection)


def statuses(received: bytes) -> list[int]:
    """The status of each answer."""
    return [int(found[1]) for found in ANSWER.finditer(received)]


def jobs(address: Address, key: str = KEY) -> int:
    """How many jobs a key has."""
    url = f"http://{address[0]}:{address[1]}/v1/videos"
    answer = httpx.get(url, headers={"Authorization": key}, trust_env=False)
    return len(answer.json()["data"])


def resident_kb(pid: int) -> int:
    """How much memory a process holds."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1])


def test_there_are_many_hostile_requests() -> None:
    """At least 300 of them, none twice."""
    assert len({case.name for case in CASES}) == len({case.sent for case in CASES}) >= 300


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_hostile_request_is_refused(address: Address, case: Hostile) -> None:
    """Whatever is answered is no failure of the server, is JSON, and the connection ends."""
    received = exchange(address, case.sent)

    assert [status for status in statuses(received) if status >= 500] in ([], case.due)
    assert b"\r\nx-injected" not in received.lower()
    for found in ANSWER.finditer(received):
        if int(found[1]) >= 400:
            assert b"content-type: application/json" in found[2].lower()


def test_no_hostile_request_makes_a_job(address: Address) -> None:
    """After all of them at once, the key that they came with has none."""
    with ThreadPoolExecutor(8) as pool:
        for _ in pool.map(lambda case: exchange(address, case.sent), CASES):
            pass

    assert jobs(address) == 0


@settings(max_examples=examples(150))
@given(st.binary(min_size=1, max_size=2000))
def test_no_bytes_fail_the_server(address: Address, sent: bytes) -> None:
    """Bytes of any kind are refused or ignored."""
    assert [status for status in statuses(exchange(address, sent)) if status >= 500] == []


GOOD = lines(b"POST /v1/videos HTTP/1.1", b"Host: a", b"Content-Type: application/json")


@settings(max_examples=examples(150))
@given(st.data())
def test_no_change_to_a_good_request_fails_the_server(
    address: Address, data: st.DataObject
) -> None:
    """Wherever bytes are put into it, left out of it or changed."""
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(GOOD))] * 2)))
    changed = GOOD[:start] + data.draw(st.binary(max_size=20)) + GOOD[end:]

    assert [status for status in statuses(exchange(address, changed)) if status >= 500] == []


@NEEDS_PROC
def test_hostile_requests_leave_nothing_behind(process: "Popen[str]", address: Address) -> None:
    """A server that has seen all of them does not grow when it sees them again and again."""
    sizes = []
    with ThreadPoolExecutor(4) as pool:
        for _ in range(_ROUNDS):
            for _ in pool.map(lambda case: exchange(address, case.sent), CASES):
                pass
            sizes.append(resident_kb(process.pid))
    # The allocator takes most of its memory in the first rounds.
    sizes = sizes[-4:]
    growth = [after - before for before, after in pairwise(sizes)]

    assert sizes[-1] - sizes[0] < MOST_GROWTH_KB, growth
    assert process.poll() is None


@NEEDS_PROC
@pytest.mark.parametrize("framing", ["declared", "chunked"])
def test_a_gigabyte_is_refused_within_bounded_memory(
    process: "Popen[str]", address: Address, framing: str
) -> None:
    """413 comes, however it is sent, and memory grows by no more than a body of the limit."""
    size = 1_000_000_000
    length = (
        {"Content-Length": str(size)} if framing == "declared" else {"Transfer-Encoding": "chunked"}
    )
    piece = b"x" * 1_000_000
    piece = (
        piece if framing == "declared" else chunked(piece, len(piece)).removesuffix(b"0\r\n\r\n")
    )
    before = resident_kb(process.pid)
    with socket.create_connection(address, PATIENCE_S) as connection:
        connection.sendall(
            head("POST", "/v1/videos", {**AUTHORIZED, "Content-Type": JSON, **length})
        )
        try:
            for _ in range(size // 1_000_000):
                connection.sendall(piece)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            # It is cut off when its time is up, and the answer may be lost with that.
            pass
        received = everything(connection)
    grown = resident_kb(process.pid) - before

    assert statuses(received) in ([413], [])
    assert grown < 4 * 32 * 1024


def test_it_serves_others_meanwhile(address: Address) -> None:
    """A hundred connections that never finish their request keep nobody from an answer."""
    started = in_chunks("", b"ffff\r\n").sent
    held = [socket.create_connection(address, PATIENCE_S) for _ in range(100)]
    for number, connection in enumerate(held):
        connection.sendall(started if number % 2 else b"GET / HT")
    with socket.create_connection(address, PATIENCE_S) as other:
        other.sendall(head("GET", "/v1/videos", {"Authorization": KEY}))
        answer = read_answer(other, "GET")
    ends = [statuses(everything(connection)) for connection in held]
    for connection in held:
        connection.close()

    assert answer.status == 200
    assert ends == [[408]] * 100


@pytest.mark.long
def test_the_server_has_nothing_to_say(process: "Popen[str]", address: Address) -> None:
    """Nothing of all this is logged as a failure, and it ends as it should."""
    made = orjson.dumps({"model": "sora-2", "prompt": "A cat"})
    key = {"Authorization": f"Bearer after-{os.getpid()}", "Content-Type": JSON}
    sent = head("POST", "/v1/videos", {**key, "Content-Length": str(len(made))}) + made

    assert statuses(exchange(address, sent)) == [200]
    assert jobs(address, key["Authorization"]) == 1
    process.terminate()
    assert process.communicate(timeout=PATIENCE_S) == ("", "")
    assert process.returncode == 0
