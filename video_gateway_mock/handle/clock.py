"""The clock of one API key."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from video_gateway_mock.handle.connection import Connection

# pytest then shows the calling line of the test, not this module.
__tracebackhide__ = True


@dataclass(frozen=True, slots=True)
class GatewayClock:
    """The clock of one API key and its jobs; it never runs backwards.

    It has ``time``, ``monotonic`` and ``sleep`` like the module ``time``, so a client with an
    injectable clock can use it; its ``sleep`` advances the clock instead of waiting. Every method
    raises ControlError if the server refuses.
    """

    _connection: Connection

    def now(self) -> int:
        """The current instant in milliseconds since 1970 UTC."""
        return int(self._connection.call("GET", "clock")["now_ms"])

    def time(self) -> float:
        """The current instant in seconds since 1970 UTC, like ``time.time``."""
        return self.now() / 1000

    def monotonic(self) -> float:
        """Same as ``time``, since the clock never runs backwards."""
        return self.time()

    def sleep(self, seconds: float) -> None:
        """Advance the clock by ``seconds`` without waiting."""
        self.advance(seconds)

    def run(self, speed: float = 1.0) -> None:
        """Run at ``speed`` clock seconds per real second."""
        self._set(mode="running", speed=speed)

    def freeze(self) -> None:
        """Stop the clock; it then moves only by ``advance``, ``sleep`` or ``move_to``."""
        self._set(mode="frozen")

    def step(self, seconds: float) -> None:
        """Stop the clock, but advance it by ``seconds`` after each poll of a job."""
        self._set(mode="stepping", step_s=seconds)

    def advance(self, seconds: float) -> None:
        """Advance the clock by ``seconds``; its mode does not change."""
        self._connection.call("POST", "clock/advance", {"seconds": seconds})

    def move_to(self, instant: int | datetime) -> None:
        """Advance the clock to an instant: milliseconds since 1970 UTC, or an aware datetime.

        Raises:
            ValueError: the datetime has no time zone.
        """
        if isinstance(instant, datetime):
            if instant.tzinfo is None:
                raise ValueError(
                    "move_to() needs a datetime with a time zone: datetime(..., tzinfo=UTC)"
                )
            instant = round(instant.timestamp() * 1000)
        self._connection.call("POST", "clock/move_to", {"instant_ms": instant})

    def _set(self, **settings: Any) -> None:
        self._connection.call("PUT", "clock", settings)
