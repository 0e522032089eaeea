"""Tells what kept the event loop from other work, and for how long.

A thread asks the loop for a sign of life several times a second. Where none comes in time, it looks
at what the loop's thread is doing: a request that is being handled stands on its stack.
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
from mock_server.domain.quoting import quote

PATIENCE_MS: Final = 50
_PAUSE_S = 0.05
_SILENCE_US = 1_000_000
# Who calls what the loop has to do, and waits where there is nothing.
_LOOPS = ("asyncio.base_events", "asyncio.runners", "selectors", "uvloop")
_OURS = "mock_server."

_log = logging.getLogger(__name__)


class Watchdog:
    """Watches the loop that it is started in; ``counted`` is told each blockage in milliseconds."""

    def __init__(self, counted: Callable[[int], None]) -> None:
        """Watch nothing yet."""
        self._counted = counted
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._asked: _Sign | None = None
        self._told_us, self._untold = -_SILENCE_US, 0

    def start(self) -> None:
        """Watch the running loop from now on."""
        watched = _Watched(asyncio.get_running_loop())
        self._thread = threading.Thread(
            target=self._watch, args=(watched,), name="watchdog", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Watch no more."""
        self._ended.set()
        # The loop waits here for the thread, which must not wait for the loop.
        if (sign := self._asked) is not None:
            sign.given.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self, watched: "_Watched") -> None:
        while not self._ended.wait(_PAUSE_S):
            try:
                sign = self._asked = watched.ask()
            except RuntimeError:
                # The loop is closed.
                return
            if sign.given.wait(PATIENCE_MS / 1000) or self._ended.is_set():
                continue
            what = watched.what_runs()
            while not sign.given.wait(_PAUSE_S) and not self._ended.is_set():
                what = what or watched.what_runs()
            took_us = watched.busy_us(sign)
            if what is not None and took_us >= PATIENCE_MS * 1000:
                self._tell(what, took_us)

    def _tell(self, what: str, took_us: int) -> None:
        took_ms, now = took_us // 1000, stopwatch_us()
        self._counted(took_ms)
        if now - self._told_us < _SILENCE_US:
            self._untold += 1
            return
        more = f"; {self._untold} more times since it was last said" if self._untold else ""
        _log.warning("the event loop was blocked for %d ms by %s%s", took_ms, what, more)
        self._told_us, self._untold = now, 0


class _Sign:
    """A sign of life: when it was asked for, and when it was given."""

    def __init__(self, unserved_us: int) -> None:
        """``unserved_us`` is how long the thread had waited for a processor before."""
        self.given = threading.Event()
        self.unserved_us = unserved_us
        self.asked_us = self.given_us = stopwatch_us()

    def give(self) -> None:
        """The loop lives."""
        self.given_us = stopwatch_us()
        self.given.set()


class _Watched:
    """A loop and the thread that it runs in."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """The loop runs in the calling thread."""
        self._loop, self._ident = loop, threading.get_ident()
        self._statistics = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")

    def ask(self) -> _Sign:
        """Ask for a sign; raises RuntimeError where the loop is closed."""
        sign = _Sign(self._unserved_us())
        self._loop.call_soon_threadsafe(sign.give)
        return sign

    def what_runs(self) -> str | None:
        """What the loop does now."""
        return what_runs(sys._current_frames().get(self._ident))

    def busy_us(self, sign: _Sign) -> int:
        """How long it kept a sign back, without the time that it had no processor."""
        ended_us = sign.given_us if sign.given.is_set() else stopwatch_us()
        return ended_us - sign.asked_us - (self._unserved_us() - sign.unserved_us)

    def _unserved_us(self) -> int:
        """How long the thread was ready to run and others did; Linux alone says so."""
        try:
            return int(self._statistics.read_text(encoding="ascii").split()[1]) // 1000
        except (OSError, IndexError, ValueError):
            return 0


def what_runs(top: FrameType | None) -> str | None:
    """What the loop of a thread is doing: a request and a place in the code; None if it waits.

    A loop that waits and gives no sign is not blocked: its machine has no time for it.
    """
    frames = list(_called(top))
    if not frames:
        return None
    ours = next((frame for frame in frames if _module(frame).startswith(_OURS)), frames[0])
    place = f"{_module(ours)}:{ours.f_lineno} in {ours.f_code.co_name}"
    asked = next(filter(None, map(_request, frames)), None)
    return place if asked is None else f"{asked}, {place}"


def _called(top: FrameType | None) -> Iterator[FrameType]:
    """The frames of what the loop has called, the innermost first."""
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
