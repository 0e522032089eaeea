"""The fake's clock in place of the module ``time``, for clients with an injectable clock."""

import time
from typing import Protocol

import pytest

from tests.mock_server.control.conftest import START_MS
from video_gateway_mock.handle import ControlError, Gateway


class Clock(Protocol):
    """What a client that can be tested asks of its clock."""

    def time(self) -> float: ...
    def monotonic(self) -> float: ...
    def sleep(self, seconds: float, /) -> None: ...


def _waited(clock: Clock, seconds: float) -> tuple[float, float]:
    """How far a client that waits for ``seconds`` sees its clock move, by both of its faces."""
    began = clock.time(), clock.monotonic()
    clock.sleep(seconds)
    return clock.time() - began[0], clock.monotonic() - began[1]


def test_a_client_that_sleeps_on_it_does_not_wait(gateway: Gateway) -> None:
    """Ten minutes of sleep are ten minutes of the jobs' time."""
    assert gateway.clock.time() == START_MS / 1000
    assert _waited(gateway.clock, 600) == (600, 600)
    assert gateway.clock.now() == START_MS + 600_000


def test_it_has_the_faces_of_the_module_it_stands_for() -> None:
    """A function that takes this clock takes the module as well."""
    assert all(passed >= 0 for passed in _waited(time, 0))


def test_nobody_sleeps_backwards(gateway: Gateway) -> None:
    """A negative sleep is refused, as the module refuses it with a ValueError."""
    with pytest.raises(ControlError, match="seconds") as refused:
        gateway.clock.sleep(-1)
    assert isinstance(refused.value, ValueError)
