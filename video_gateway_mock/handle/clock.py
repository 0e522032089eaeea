"""A world's clock, moved from Python."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from video_gateway_mock.handle.connection import Connection

# pytest shows the line of the test that asked, and not what is asked for it here.
__tracebackhide__ = True


@dataclass(frozen=True, slots=True)
class GatewayClock:
    """Time as the jobs of one world live it; it never runs backwards.

    A client whose clock can be chosen takes it in the place of the module ``time``: it has
    ``time``, ``monotonic`` and ``sleep``, and its sleep moves the clock on instead of waiting.
    Every method raises ControlError when the clock cannot do what is asked.
    """

    _connection: Connection

    def now(self) -> int:
        """The current instant in milliseconds since 1970 UTC."""
        return int(self._connection.call("GET", "clock")["now_ms"])

    def time(self) -> float:
        """The current instant in seconds since 1970 UTC, as ``time.time``."""
        return self.now() / 1000

    def monotonic(self) -> float:
        """As ``time``, since it never runs backwards."""
        return self.time()

    def sleep(self, seconds: float) -> None:
        """Move on by ``seconds`` without waiting, as ``advance``."""
        self.advance(seconds)

    def run(self, speed: float = 1.0) -> None:
        """Run on, ``speed`` seconds a real second."""
        self._set(mode="running", speed=speed)

    def freeze(self) -> None:
        """Stand still until moved."""
        self._set(mode="frozen")

    def step(self, seconds: float) -> None:
        """Stand still, but move on by ``seconds`` after each poll of a job."""
        self._set(mode="stepping", step_s=seconds)

    def advance(self, seconds: float) -> None:
        """Move on by ``seconds``, and run on as before."""
        self._connection.call("POST", "clock/advance", {"seconds": seconds})

    def move_to(self, instant: int | datetime) -> None:
        """Move on to an instant, in milliseconds or as an aware datetime, and run on as before.

        Raises:
            ValueError: a datetime does not say in which time zone.
        """
        if isinstance(instant, datetime):
            if instant.tzinfo is None:
                raise ValueError("say in which time zone: datetime(..., tzinfo=UTC)")
            instant = round(instant.timestamp() * 1000)
        self._connection.call("POST", "clock/move_to", {"instant_ms": instant})

    def _set(self, **settings: Any) -> None:
        self._connection.call("PUT", "clock", settings)
