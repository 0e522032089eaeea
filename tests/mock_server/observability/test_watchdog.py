"""What blocks the event loop is logged, with the request and the place in the code."""

import asyncio
import logging
import sys
import threading
from collections.abc import Callable
from types import FrameType

import httpx
import pytest

from mock_server.app import build_server
from mock_server.observability.counters import BLOCKED, BLOCKED_MS, OwnTally
from mock_server.observability.watchdog import PATIENCE_MS, Watchdog, what_runs
from mock_server.running import serving
from mock_server.settings import Settings
from tests.mock_server.observability.test_probes import counted

Counts = list[int]


async def blocked_until(counts: Counts, seen: threading.Event) -> None:
    """Keep a watched loop busy until the watchdog has counted that once."""

    def counted(took_ms: int) -> None:
        counts.append(took_ms)
        seen.set()

    watchdog = Watchdog(counted)
    watchdog.start()
    scope = {"type": "http", "method": "GET", "path": "/v1/slow\n"}
    while not await asyncio.to_thread(seen.is_set):
        busy(scope)
    watchdog.close()


def busy(scope: dict[str, str]) -> None:
    """Hold the loop until it was looked at: a thread waits for a sign that does not come."""
    assert scope
    looked = threading.Event()
    look = watchdog_look(looked)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mock_server.observability.watchdog.what_runs", look)
        assert looked.wait(30)


def watchdog_look(looked: threading.Event) -> Callable[[FrameType | None], str | None]:
    """What the watchdog does, and a sign that it was done."""

    def look(top: FrameType | None) -> str | None:
        found = what_runs(top)
        looked.set()
        return found

    return look


def test_a_blockage_is_logged_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    """The line names the request, its text escaped, and where it was; the count is its length."""
    counts: Counts = []
    with caplog.at_level(logging.WARNING):
        asyncio.run(blocked_until(counts, threading.Event()))

    line, *_ = [record.getMessage() for record in caplog.records]
    assert counts[0] >= PATIENCE_MS
    assert line.startswith(f"the event loop was blocked for {counts[0]} ms by GET '/v1/slow\\n', ")


def test_a_loop_that_waits_blocks_nobody() -> None:
    """A loop without work, on a machine that has no time for it, is not what blocks."""
    waiting = threading.Event()
    idents: list[int] = []

    async def idle() -> None:
        idents.append(threading.get_ident())
        loop, done = asyncio.get_running_loop(), asyncio.Event()
        found.append(lambda: loop.call_soon_threadsafe(done.set))
        loop.call_soon(waiting.set)
        await done.wait()

    found: list[Callable[[], object]] = []
    thread = threading.Thread(target=lambda: asyncio.run(idle()))
    thread.start()
    assert waiting.wait(30)
    # It may be on its way into its wait; then it is looked at once more.
    while what_runs(sys._current_frames()[idents[0]]) is not None:
        pass
    found[0]()
    thread.join()


def test_many_blockages_are_one_line(caplog: pytest.LogCaptureFixture) -> None:
    """Blockages within a second are counted and reported with the next line."""
    counts: Counts = []
    watchdog = Watchdog(counts.append)
    with caplog.at_level(logging.WARNING):
        for took in (60_000, 70_000, 80_000):
            watchdog._report("GET '/v1/slow'", took)
        watchdog._logged_us -= 2_000_000
        watchdog._report("GET '/v1/slow'", 90_000)

    first, second = (record.getMessage() for record in caplog.records)
    assert counts == [60, 70, 80, 90]
    assert first == "the event loop was blocked for 60 ms by GET '/v1/slow'"
    assert second.endswith("; 2 more times since the last report")


def test_a_scrape_has_count_and_duration() -> None:
    """Both sums are among the metrics from the start, and grow with what is counted."""
    tally = OwnTally()
    with serving(build_server(Settings(), tally=tally)) as url:
        tally.add((BLOCKED,), 1000)
        tally.add((BLOCKED_MS,), 70_000)
        text = httpx.get(f"{url}/_mock/metrics", trust_env=False).text

    numbers = counted(text)
    assert numbers["gateway_mock_loop_blocked_total", ()] >= 1000
    assert numbers["gateway_mock_loop_blocked_milliseconds_total", ()] >= 70_000


def test_a_server_that_has_ended_is_not_watched() -> None:
    """Nothing of it is left in the process."""
    before = set(threading.enumerate())
    with serving(build_server(Settings())):
        threads = set(threading.enumerate()) - before
        assert "watchdog" in {thread.name for thread in threads}

    assert [thread.name for thread in threads if thread.is_alive()] == []
