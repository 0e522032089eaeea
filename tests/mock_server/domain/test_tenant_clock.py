"""A tenant's clock at every speed, stopped, and stepping; the tests set the real time."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain.clock import Pace, TenantClock
from tests.mock_server.facts import MS

START = 1_762_336_916_000


class Wall:
    """Real time that a test moves."""

    def __init__(self) -> None:
        self.ms = START

    def __call__(self) -> int:
        return self.ms


def test_it_runs_at_its_speed() -> None:
    """At speed 60 a real second is a minute, and a minute's wait takes a real second."""
    wall = Wall()
    clock = TenantClock.start(Pace(speed=60), wall)
    wall.ms += 1000

    assert clock.now(wall) == START + 60_000
    assert clock.wall_span_ms(60_000) == 1000


@pytest.mark.parametrize(("speed", "later"), [(60, 60_000), (0.5, 500), (1, 1000)])
def test_it_starts_at_the_real_instant(speed: float, later: int) -> None:
    """It begins with real time and moves `speed` times as fast from there."""
    wall = Wall()
    clock = TenantClock.start(Pace(speed=speed), wall)
    started = clock.now(wall)
    wall.ms += 1000

    assert (started, clock.now(wall)) == (START, START + later)
    assert clock.wall_span_ms(later) == 1000


@given(st.floats(0.001, 100_000), MS, MS)
def test_running_it_never_turns_back(speed: float, one: int, more: int) -> None:
    """Where real time does not run backwards, neither does its multiple."""
    wall = Wall()
    clock = TenantClock.start(Pace(speed=speed), wall)
    seen = [clock.now(wall)]
    for passed in (one, more):
        wall.ms += passed
        seen.append(clock.now(wall))

    assert seen == sorted(seen)


@given(st.floats(0.001, 100_000), MS)
def test_a_span_has_passed_after_its_real_time(speed: float, span: int) -> None:
    """After the real time that a span takes, the span has passed, but for a rounded millisecond."""
    wall = Wall()
    clock = TenantClock.start(Pace(speed=speed), wall)
    wall.ms += clock.wall_span_ms(span)

    assert clock.now(wall) >= START + span - 1


@pytest.mark.parametrize("speed", [0, -1, math.nan, math.inf])
def test_a_speed_that_is_none_is_refused(speed: float) -> None:
    """Zero, backwards, endless and no number at all are no speeds; one begins frozen with 0."""
    with pytest.raises(ValueError, match="speed"):
        TenantClock.start(Pace(speed=speed or -1))
    with pytest.raises(ValueError, match="speed"):
        TenantClock.start().run(speed)


def test_frozen_it_stands_until_it_is_moved() -> None:
    """Real time does not move a frozen clock; advance does."""
    wall = Wall()
    clock = TenantClock.start(Pace(speed=1), wall).freeze(wall)
    wall.ms += 10_000
    clock = clock.advance(600, wall)

    assert clock.now(wall) == START + 600_000
    assert clock.wall_span_ms(600_000) == 1


def test_stepping_it_moves_with_each_poll() -> None:
    """A poll moves a stepping clock on by its step, and no other clock at all."""
    wall = Wall()
    running = TenantClock.start(Pace(speed=1), wall)
    stepping = running.step(10, wall)
    polled = [clock.polled(wall).polled(wall) for clock in (stepping, running)]

    assert [clock.now(wall) for clock in polled] == [START + 20_000, START]
    assert stepping.now(wall) == START


def test_it_runs_on_from_where_it_stood() -> None:
    """Being thawed loses no instant and skips none."""
    wall = Wall()
    clock = TenantClock.start(Pace(speed=1), wall).freeze(wall).move_to(START + 5_000, wall)
    wall.ms += 60_000
    clock = clock.run(2, wall)
    wall.ms += 1_000

    assert clock.now(wall) == START + 7_000


@pytest.mark.parametrize("seconds", [-1, float("nan")])
def test_time_does_not_run_backwards(seconds: float) -> None:
    """Moving back, by a span or to an instant, is refused."""
    wall = Wall()
    clock = TenantClock.start(Pace(speed=1), wall)

    with pytest.raises(ValueError, match="backwards"):
        clock.advance(seconds, wall)
    with pytest.raises(ValueError, match="backwards"):
        clock.move_to(START - 1, wall)


@given(st.lists(st.sampled_from(["freeze", "run", "step", "advance", "polled", "wall"])))
def test_no_sequence_of_commands_turns_it_back(commands: list[str]) -> None:
    """Whatever is done to it in whatever order, the instant never decreases."""
    wall = Wall()
    clock = TenantClock.start(Pace(speed=3), wall)
    seen = [clock.now(wall)]
    for command in commands:
        if command == "wall":
            wall.ms += 777
        elif command in ("step", "advance"):
            clock = getattr(clock, command)(1.5, wall=wall)
        else:
            clock = getattr(clock, command)(wall=wall)
        seen.append(clock.now(wall))

    assert seen == sorted(seen)


@pytest.mark.parametrize(
    ("stopped_ms", "wait_ms"),
    [(0, 10), (109, 10), (110, 11), (9_990, 999), (10_000, 1000), (60_000, 1000)],
)
def test_a_client_of_a_frozen_clock_waits_a_tenth_of_its_pause(
    stopped_ms: int, wait_ms: int
) -> None:
    """The longer a clock has been frozen, the longer the wait: 10 ms to a second."""
    wall = Wall()
    clock = TenantClock.start(Pace(speed=1), wall).freeze(wall)
    wall.ms += stopped_ms

    assert clock.shortest_wait_ms(wall) == wait_ms


def test_a_client_of_a_moving_clock_waits_for_the_shortest_time() -> None:
    """Each poll moves a stepping clock, so 1 ms is enough; a running one has the usual minimum."""
    wall = Wall()
    running = TenantClock.start(Pace(speed=1), wall)
    stepping = running.step(10, wall)
    wall.ms += 60_000

    assert (stepping.shortest_wait_ms(wall), running.shortest_wait_ms(wall)) == (1, 10)


def test_a_clock_can_be_moved_to_the_instant_it_shows() -> None:
    """Only earlier instants are refused, with a message that says so."""
    wall = Wall()
    clock = TenantClock.start(Pace(speed=0), wall)

    assert clock.move_to(START, wall).now(wall) == START
    with pytest.raises(ValueError, match=r"^time does not run backwards$"):
        clock.move_to(START - 1, wall)


def test_the_pace_of_a_clock_describes_how_it_goes_on() -> None:
    """Its speed, its step in seconds, and the instant that it shows."""
    wall = Wall()
    running = TenantClock.start(Pace(speed=3), wall)
    stepping = running.step(2.5, wall).advance(60, wall)

    assert running.pace(wall) == Pace(speed=3, step_s=0, start_ms=START)
    assert stepping.pace(wall) == Pace(speed=0, step_s=2.5, start_ms=START + 60_000)


def test_a_frozen_clock_does_not_step_and_a_stepping_one_does_not_run() -> None:
    """Each mode replaces the one before."""
    wall = Wall()
    stepping = TenantClock.start(Pace(speed=1), wall).step(10, wall)
    frozen = stepping.freeze(wall)
    wall.ms += 60_000

    assert stepping.now(wall) == START
    assert frozen.polled(wall).now(wall) == START
    assert (stepping.steps, stepping.stopped, frozen.steps) == (True, True, False)


def test_a_clock_that_runs_again_does_not_step() -> None:
    """Running replaces stepping, at the given speed."""
    wall = Wall()
    running = TenantClock.start(Pace(speed=1), wall).step(10, wall).run(2, wall)
    wall.ms += 1000

    assert running.polled(wall).now(wall) == START + 2000
    assert (running.steps, running.stopped) == (False, False)


@pytest.mark.parametrize(
    ("move", "message"),
    [
        (lambda clock: clock.advance(-1), r"^time does not run backwards$"),
        (lambda clock: clock.advance(2e9), r"^the seconds must be "),
        (
            lambda clock: clock.advance(1e9).advance(1e9),
            r"^a clock goes from 1970 to the year 3000$",
        ),
        (lambda clock: clock.run(0), r"^the speed must be .*; use freeze\(\) to stop the clock$"),
    ],
)
def test_what_a_clock_refuses_is_explained(
    move: Callable[[TenantClock], object], message: str
) -> None:
    """Each error says which value is allowed."""
    far = TenantClock.start(Pace(speed=0, start_ms=31_000_000_000_000))

    with pytest.raises(ValueError, match=message):
        move(far)
