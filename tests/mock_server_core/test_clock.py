"""Clocks: real, faster than real, and standing still."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain import clock as clocks
from mock_server.domain.clock import ManualClock, RealClock, ScaledClock
from tests.mock_server_core.facts import BORN_MS, MS


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Real time as the clocks see it: the last item."""
    instants = [BORN_MS]
    monkeypatch.setattr(clocks, "wall_clock", lambda: instants[-1])
    return instants


def test_the_wall_clock_counts_milliseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nanoseconds of the system are cut to whole milliseconds."""
    monkeypatch.setattr("time.time_ns", lambda: BORN_MS * 1_000_000 + 999_999)

    assert clocks.wall_clock() == BORN_MS


def test_the_real_clock_is_the_wall_clock(wall: list[int]) -> None:
    """Real time passes by itself, and a span of it takes itself."""
    clock = RealClock()
    wall.append(BORN_MS + 7)

    assert (clock.now(), clock.wall_ms(1234)) == (BORN_MS + 7, 1234)


@pytest.mark.parametrize(("speed", "later"), [(60, 60_000), (0.5, 500), (1, 1000)])
def test_a_scaled_clock_starts_at_the_real_instant(
    wall: list[int], speed: float, later: int
) -> None:
    """It begins with real time and moves `speed` times as fast from there."""
    clock = ScaledClock(speed)
    started = clock.now()
    wall.append(BORN_MS + 1000)

    assert (started, clock.now()) == (BORN_MS, BORN_MS + later)
    assert clock.wall_ms(later) == 1000


@given(st.floats(0.001, 100_000), MS, MS)
def test_a_scaled_clock_never_runs_backwards(speed: float, one: int, more: int) -> None:
    """Where real time does not run backwards, neither does its multiple."""
    with pytest.MonkeyPatch.context() as patch:
        instants = iter((BORN_MS, BORN_MS + one, BORN_MS + one + more))
        patch.setattr(clocks, "wall_clock", lambda: next(instants))
        clock = ScaledClock(speed)

        assert BORN_MS <= clock.now() <= clock.now()


@pytest.mark.parametrize("speed", [0, -1, math.nan, math.inf])
def test_a_speed_that_is_none_is_refused(speed: float) -> None:
    """Zero, backwards, endless and no number at all are no speeds."""
    with pytest.raises(ValueError, match="speed"):
        ScaledClock(speed)


@given(st.lists(st.floats(0, 10_000), max_size=5))
def test_a_manual_clock_moves_only_when_told(steps: list[float]) -> None:
    """It stands where it was put until it is moved, to the millisecond."""
    clock = ManualClock(BORN_MS)
    for step in steps:
        clock.advance(step)

    assert clock.now() == clock.now() == BORN_MS + sum(round(step * 1000) for step in steps)


def test_a_manual_clock_keeps_nobody_waiting() -> None:
    """No real time is needed for any span, so a caller is told to wait next to nothing."""
    clock = ManualClock(BORN_MS)

    assert [clock.wall_ms(span) for span in (0, 1, 3_600_000)] == [0, 1, 1]


def test_a_manual_clock_does_not_run_backwards() -> None:
    """A negative step is refused and moves nothing."""
    clock = ManualClock(BORN_MS)
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-0.001)

    assert clock.now() == BORN_MS
