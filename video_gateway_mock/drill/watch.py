"""Interrupts a client that does not come to an end."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic

from video_gateway_mock.handle.connection import ControlError
from video_gateway_mock.handle.gateway import Gateway

# How often to look, and how long to wait for an interrupted client before it is interrupted again.
_LOOK_S, _AGAIN_S = 0.2, 2.0


@dataclass(frozen=True, slots=True)
class Limits:
    """The most ``seconds`` of real time and ``requests`` that one run may take."""

    seconds: float = 30.0
    requests: int = 400


class Watch:
    """Calls ``interrupt`` from a thread of its own once a limit is exceeded, until it is stopped.

    ``reason`` says which limit that was; it is empty before.
    """

    def __init__(self, gateway: Gateway, limits: Limits, interrupt: Callable[[], None]) -> None:
        self._reasons: list[str] = []
        self._gateway = gateway
        self._limits = limits
        self._interrupt = interrupt
        self._stopped = Event()
        self._thread = Thread(target=self._run, daemon=True)

    @property
    def reason(self) -> str:
        """The limit that was exceeded."""
        return "".join(self._reasons)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        start = monotonic()
        while not self._stopped.wait(_AGAIN_S if self._reasons else _LOOK_S):
            if not self._reasons and (reason := self._exceeded(monotonic() - start)):
                self._reasons.append(reason)
            if self._reasons:
                self._interrupt()

    def _exceeded(self, elapsed_s: float) -> str:
        try:
            requests = self._gateway.request_count
        except (ControlError, ConnectionError):
            requests = 0
        if requests > self._limits.requests:
            return f"it was interrupted after {requests} requests{self._waiting()}"
        if elapsed_s > self._limits.seconds:
            return (
                f"it was interrupted after {self._limits.seconds:g} seconds and {requests} requests"
                f"{self._waiting()}"
            )
        return ""

    def _waiting(self) -> str:
        """What it waited for."""
        try:
            jobs = self._gateway.jobs
        except (ControlError, ConnectionError):
            return ""
        if not jobs:
            return ", without a job"
        return f"; its last job is {jobs[-1].status} ({jobs[-1].scenario})"
