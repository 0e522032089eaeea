"""Logs what blocks the event loop, and for how long.

A thread schedules a callback in the loop several times per second. If it does not run in time, the
thread inspects the stack of the loop's thread, where the current request and code can be seen.
"""

import asyncio
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Final

from mock_server.domain.clock import stopwatch_us
from mock_server.domain.truncation import quote

PATIENCE_MS: Final = 50
_PAUSE_S = 0.05
_SILENCE_US = 1_000_000
# Modules that run the loop's callbacks, or wait when there are none.
_LOOPS = ("asyncio.base_events", "asyncio.runners", "selectors", "uvloop")
_OURS = "mock_server."

_log = logging.getLogger(__name__)


class Watchdog:
    """Observes an event loop; ``counted`` is called with the length of each blockage in ms."""

    def __init__(self, counted: Callable[[int], None]) -> None:
        """Create a watchdog that starts with ``start``."""
        self._counted = counted
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._asked: _Ping | None = None
        self._logged_us, self._suppressed = -_SILENCE_US, 0

    def start(self) -> None:
        """Observe the running loop."""
        observed = _Observed(asyncio.get_running_loop())
        self._thread = threading.Thread(
            target=self._observe, args=(observed,), name="watchdog", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._ended.set()
        # The loop waits here for the thread, so the thread must not wait for the loop.
        if (sign := self._asked) is not None:
            sign.given.set()
        if self._thread is not None:
            self._thread.join()

    def _observe(self, observed: "_Observed") -> None:
        while not self._ended.wait(_PAUSE_S):
            try:
                sign = self._asked = observed.ask()
            except RuntimeError:
                # The loop is closed.
                return
            if sign.given.wait(PATIENCE_MS / 1000) or self._ended.is_set():
                continue
            what = observed.what_runs()
            while not sign.given.wait(_PAUSE_S) and not self._ended.is_set():
                what = what or observed.what_runs()
            took_us = observed.busy_us(sign)
            if what is not None and took_us >= PATIENCE_MS * 1000:
                self._report(what, took_us)

    def _report(self, what: str, took_us: int) -> None:
        took_ms, now = took_us // 1000, stopwatch_us()
        self._counted(took_ms)
        if now - self._logged_us < _SILENCE_US:
            self._suppressed += 1
            return
        more = f"; {self._suppressed} more times since the last report" if self._suppressed else ""
        _log.warning("the event loop was blocked for %d ms by %s%s", took_ms, what, more)
        self._logged_us, self._suppressed = now, 0


class _Ping:
    """A callback in the loop: when it was scheduled, and when it ran."""

    def __init__(self, unserved_us: int) -> None:
        """``unserved_us`` is how long the loop's thread had waited for a processor before."""
        self.given = threading.Event()
        self.unserved_us = unserved_us
        self.asked_us = self.given_us = stopwatch_us()

    def give(self) -> None:
        """Run by the loop."""
        self.given_us = stopwatch_us()
        self.given.set()


class _Observed:
    """A loop and the thread it runs in."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """``loop`` runs in the calling thread."""
        self._loop, self._ident = loop, threading.get_ident()
        self._statistics = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")

    def ask(self) -> _Ping:
        """Schedule a callback; raises RuntimeError if the loop is closed."""
        sign = _Ping(self._unserved_us())
        self._loop.call_soon_threadsafe(sign.give)
        return sign

    def what_runs(self) -> str | None:
        """What the loop is doing now."""
        return what_runs(sys._current_frames().get(self._ident))

    def busy_us(self, sign: _Ping) -> int:
        """How long a callback was delayed, without the time that the thread had no processor."""
        ended_us = sign.given_us if sign.given.is_set() else stopwatch_us()
        return ended_us - sign.asked_us - (self._unserved_us() - sign.unserved_us)

    def _unserved_us(self) -> int:
        """How long the thread has waited for a processor; known on Linux only."""
        try:
            return int(self._statistics.read_text(encoding="ascii").split()[1]) // 1000
        except (OSError, IndexError, ValueError):
            return 0


def what_runs(top: FrameType | None) -> str | None:
    """What a loop's thread is doing: a request and a place in the code; None if it is idle.

    An idle loop that runs no callback is not blocked: its machine is overloaded.
    """
    frames = list(_called(top))
    if not frames:
        return None
    ours = next((frame for frame in frames if _module(frame).startswith(_OURS)), frames[0])
    place = f"{_module(ours)}:{ours.f_lineno} in {ours.f_code.co_name}"
    asked = next(filter(None, map(_request, frames)), None)
    return place if asked is None else f"{asked}, {place}"


def _called(top: FrameType | None) -> Iterator[FrameType]:
    """The frames below the loop, the innermost first."""
    while top is not None and _module(top) not in _LOOPS:
        yield top
        top = top.f_back


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def _request(frame: FrameType) -> str | None:
    scope = frame.f_locals.get("scope")
    if not isinstance(scope, dict) or scope.get("type") != "http":
        return None
    return f"{scope.get('method')} {quote(scope.get('path'))}"
