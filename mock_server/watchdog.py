"""Tells what kept the event loop from other work, and for how long.

A thread asks the loop for a sign of life several times a second. Where none comes in time, it looks
at what the loop's thread is doing: a request that is being handled stands on its stack.
"""

import asyncio
import logging
import sys
import threading
from collections.abc import Callable, Iterator
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
        self._told_us, self._untold = -_SILENCE_US, 0

    def start(self) -> None:
        """Watch the running loop from now on."""
        loop, ident = asyncio.get_running_loop(), threading.get_ident()
        self._thread = threading.Thread(
            target=self._watch, args=(loop, ident), name="watchdog", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Watch no more."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self, loop: asyncio.AbstractEventLoop, ident: int) -> None:
        while not self._ended.wait(_PAUSE_S):
            sign, asked_us = threading.Event(), stopwatch_us()
            try:
                loop.call_soon_threadsafe(sign.set)
            except RuntimeError:
                # The loop is closed.
                return
            if sign.wait(PATIENCE_MS / 1000):
                continue
            what = what_runs(sys._current_frames().get(ident))
            while not sign.wait(_PAUSE_S) and not self._ended.is_set():
                what = what or what_runs(sys._current_frames().get(ident))
            if what is not None:
                self._tell(what, stopwatch_us() - asked_us)

    def _tell(self, what: str, took_us: int) -> None:
        took_ms, now = took_us // 1000, stopwatch_us()
        self._counted(took_ms)
        if now - self._told_us < _SILENCE_US:
            self._untold += 1
            return
        more = f"; {self._untold} more times since it was last said" if self._untold else ""
        _log.warning("the event loop was blocked for %d ms by %s%s", took_ms, what, more)
        self._told_us, self._untold = now, 0


def what_runs(top: FrameType | None) -> str | None:
    """What the loop of a thread is doing: a request and a place in the code; None if it waits.

    A loop that waits and gives no sign is not blocked: the machine has no time for it.
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
