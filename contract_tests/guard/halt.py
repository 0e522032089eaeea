"""Ends a run early, from any thread: nothing more is sent, and every wait ends."""

import asyncio
import time
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Timer
from typing import Any

# How long a response that may name a job is waited for, and how long jobs may be deleted.
_REPLIES_S, _DELETIONS_S = 2.0, 4.0
INTERRUPTED = "interrupted before its end"


@dataclass
class Halt:
    """Whether a run is to send nothing more.

    All methods may be called in any thread.

    Attributes:
        why: why nothing more is sent; empty while the run may continue.
    """

    why: str = ""
    _since: float = 0.0
    _queue: "SimpleQueue[None]" = field(default_factory=SimpleQueue)
    _event: asyncio.Event = field(default_factory=asyncio.Event)
    _loop: asyncio.AbstractEventLoop | None = None

    @property
    def interrupted(self) -> bool:
        """Whether a signal ended the run, rather than a limit."""
        return self.why == INTERRUPTED

    @property
    def deletions_s(self) -> float:
        """How many seconds the run's jobs may still be deleted."""
        return max(0.0, self._since + _DELETIONS_S - time.monotonic())

    @property
    def replies_s(self) -> float:
        """How many seconds a response that may name a job is still waited for."""
        return max(0.0, self._since + _REPLIES_S - time.monotonic())

    def now(self, why: str) -> None:
        """Send nothing more from now on; the first reason is kept."""
        if self.why:
            return
        self._since = time.monotonic()
        self.why = why
        self._queue.put(None)
        if self._loop is not None:
            # The error of a loop that has ended: nothing waits on it any longer.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._event.set)

    @contextmanager
    def after(self, most_s: float | None) -> Iterator[None]:
        """Halt once the block has taken ``most_s`` seconds; None is without limit."""
        timer = Timer(most_s or 0, self.now, (f"time: the limit is {most_s} s",))
        timer.daemon = True
        if most_s is not None:
            timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def wait(self, seconds: float | None = None) -> None:
        """Wait some seconds, or until the halt; None waits for the halt alone."""
        try:
            self._queue.get(timeout=seconds)
        except Empty:
            return
        self._queue.put(None)

    async def pause(self, waiting: Awaitable[None]) -> None:
        """Wait for an awaitable, or until the halt."""
        waited = asyncio.ensure_future(waiting)
        await self.first(waited)
        waited.cancel()

    async def first(self, work: "asyncio.Future[Any]") -> None:
        """Wait until some work is done, or until the halt."""
        self._loop = asyncio.get_running_loop()
        if self.why:
            self._event.set()
        halted = asyncio.ensure_future(self._event.wait())
        await asyncio.wait({work, halted}, return_when=asyncio.FIRST_COMPLETED)
        halted.cancel()
