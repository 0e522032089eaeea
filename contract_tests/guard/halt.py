"""Ends a run's sending from any thread, and every wait with it."""

import asyncio
import time
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Timer
from typing import Any

# So long a reply that may name a job is waited for, and so long what was made may be deleted.
_REPLIES_S, _DELETIONS_S = 2.0, 4.0
INTERRUPTED = "interrupted before its end"


@dataclass
class Halt:
    """Says whether a run is to send nothing more, and why; empty while it may go on.

    Everything here may be called by a signal handler, in whatever thread and state.
    """

    why: str = ""
    _armed: bool = False
    _since: float = 0.0
    _queue: "SimpleQueue[None]" = field(default_factory=SimpleQueue)
    _event: asyncio.Event = field(default_factory=asyncio.Event)
    _loop: asyncio.AbstractEventLoop | None = None

    @property
    def interrupted(self) -> bool:
        """Whether somebody told the run to end, rather than a limit."""
        return self.why == INTERRUPTED

    @property
    def deletions_s(self) -> float:
        """How long what was made may still be deleted."""
        return max(0.0, self._since + _DELETIONS_S - time.monotonic())

    @property
    def replies_s(self) -> float:
        """How long a reply that may name a job is still waited for."""
        return max(0.0, self._since + _REPLIES_S - time.monotonic())

    def now(self, why: str) -> None:
        """Send nothing more from now on; the first reason counts."""
        if self.why:
            return
        self._since = time.monotonic()
        self.why = why
        self._queue.put(None)
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._event.set)

    def on_signal(self, *_: object) -> None:
        """End the run as a signal asks.

        Raises:
            KeyboardInterrupt: a part of the run is in progress.
        """
        self.now(INTERRUPTED)
        if self._armed:
            raise KeyboardInterrupt

    @contextmanager
    def after(self, most_s: float | None) -> Iterator[None]:
        """Sends nothing more once the block has taken so long; None is without limit."""
        timer = Timer(most_s or 0, self.now, (f"time: the limit is {most_s} s",))
        timer.daemon = True
        if most_s is not None:
            timer.start()
        try:
            yield
        finally:
            timer.cancel()

    @contextmanager
    def raising(self) -> Iterator[None]:
        """Lets a signal end the block by an exception; outside of such blocks it is only noted."""
        self._armed = True
        try:
            yield
        finally:
            self._armed = False

    def wait(self, seconds: float) -> None:
        """Wait so long, or until there is nothing more to wait for."""
        try:
            self._queue.get(timeout=seconds)
        except Empty:
            return
        self._queue.put(None)

    async def pause(self, waiting: Awaitable[None]) -> None:
        """Wait for something, or until there is nothing more to wait for."""
        waited = asyncio.ensure_future(waiting)
        await self.first(waited)
        waited.cancel()

    async def first(self, work: "asyncio.Future[Any]") -> None:
        """Wait until some work is done, or nothing more is to be sent."""
        self._loop = asyncio.get_running_loop()
        if self.why:
            self._event.set()
        halted = asyncio.ensure_future(self._event.wait())
        await asyncio.wait({work, halted}, return_when=asyncio.FIRST_COMPLETED)
        halted.cancel()
