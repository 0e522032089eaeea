"""Numbers that callers choose have ranges, and no clock leaves the one of instants."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain.clock import Pace, TenantClock
from mock_server.domain.ranges import INSTANT_MS, SPAN_S, SPEED, Range

YEAR_3000 = int(INSTANT_MS.most)


def _year_3000() -> int:
    """The real time, as the last instant of every clock."""
    return YEAR_3000


@pytest.mark.parametrize(
    "value",
    [True, False, None, "1", float("nan"), float("inf"), -float("inf"), 1e308, 2**64, 10**400, -1],
)
def test_what_is_no_number_within_a_range_is_not_in_it(value: object) -> None:
    """Booleans, what is not finite and what no 64 bits hold are in no range."""
    assert value not in SPAN_S


@given(st.floats(0, 1), st.integers(2, 9))
def test_a_range_has_its_ends(least: float, most: int) -> None:
    """Both ends are within, and so is what lies between."""
    within = Range(least, most)

    assert least in within
    assert most in within
    assert (least + most) / 2 in within


@pytest.mark.parametrize("speed", [1e-320, 1e308, 100_001, 0.0001, float("nan")])
def test_a_clock_runs_at_a_speed_of_its_range(speed: float) -> None:
    """What is out of range is refused, and the clock runs on as before."""
    clock = TenantClock.start(Pace(speed=2))
    with pytest.raises(ValueError, match="the speed must be from"):
        clock.run(speed)
    with pytest.raises(ValueError, match="the speed must be from"):
        Pace(speed=speed)

    assert clock.pace().speed == 2


def test_no_clock_goes_beyond_its_last_instant() -> None:
    """It is not moved there, and one that runs or steps there stands still."""
    clock = TenantClock.start(Pace(speed=SPEED.most, start_ms=0), lambda: 0)
    assert clock.now(_year_3000) == YEAR_3000

    for move, to in ((clock.advance, 1), (clock.move_to, YEAR_3000 + 1)):
        with pytest.raises(ValueError, match="from 1970 to the year 3000"):
            move(to, _year_3000)
    stepping = clock.step(SPAN_S.most, _year_3000)
    assert stepping.polled(_year_3000).now(_year_3000) == YEAR_3000


def test_the_slowest_clock_waits_a_number_of_64_bits() -> None:
    """The longest span on the slowest clock is real time that can be said."""
    clock = TenantClock.start(Pace(speed=SPEED.least))

    assert clock.wall_span_ms(int(SPAN_S.most * 1000)) < 2**63
