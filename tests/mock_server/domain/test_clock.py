"""Real time as this program reads it, and the clock that stands still for everybody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain import clock as clocks
from mock_server.domain.clock import ManualClock
from tests.mock_server.facts import BORN_MS


def test_the_wall_clock_counts_milliseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nanoseconds of the system are cut to whole milliseconds."""
    monkeypatch.setattr("time.time_ns", lambda: BORN_MS * 1_000_000 + 999_999)

    assert clocks.wall_clock() == BORN_MS


@given(st.lists(st.floats(0, 10_000), max_size=5))
def test_a_manual_clock_moves_only_by_its_methods(steps: list[float]) -> None:
    """It stays at its instant, to the millisecond, until it is advanced."""
    clock = ManualClock(BORN_MS)
    for step in steps:
        clock.advance(step)

    assert clock.now() == clock.now() == BORN_MS + sum(round(step * 1000) for step in steps)


def test_a_manual_clock_keeps_nobody_waiting() -> None:
    """No real time has to pass for any span, so a client waits a millisecond at most."""
    clock = ManualClock(BORN_MS)

    assert [clock.wall_span_ms(span) for span in (0, 1, 3_600_000)] == [0, 1, 1]


def test_a_manual_clock_does_not_run_backwards() -> None:
    """A negative step is refused and moves nothing."""
    clock = ManualClock(BORN_MS)
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-0.001)

    assert clock.now() == BORN_MS


def test_the_stopwatch_counts_whole_microseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nanoseconds of the system are cut to whole microseconds."""
    monkeypatch.setattr("time.perf_counter_ns", lambda: 12_345_999)

    assert clocks.stopwatch_us() == 12_345
    assert isinstance(clocks.stopwatch_us(), int)
