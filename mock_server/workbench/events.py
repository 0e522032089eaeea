"""The event stream: says which parts of the page have changed, while somebody looks."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from mock_server.domain.clock import wall_clock
from mock_server.workbench.control_api import ControlApi, ControlRefusalError
from mock_server.workbench.parts import PARTS
from mock_server.workbench.place import Place

# A browser has few streams of its own; further ones are refused.
MOST_STREAMS = 32
_TICK_S = 0.25
_TICKS_A_LOOK = 4
_LOOKS_A_SIGN = 15
# How far a running clock may be from where it was to be, in milliseconds of real time.
_JUMP_MS = 250


class Streams:
    """The open streams of one process.

    ``stopping`` says whether the server is about to end. A stream ends as well when ``loads``
    changes: what it looks at was built of files that are no longer used. Its page opens the next
    one.
    """

    def __init__(
        self,
        stopping: Callable[[], bool],
        loads: Callable[[], int] = lambda: 0,
        most: int = MOST_STREAMS,
    ) -> None:
        self._stopping = stopping
        self._loads = loads
        self._most = most
        self._open = 0

    @property
    def full(self) -> bool:
        """Whether there can be no further stream."""
        return self._open >= self._most

    async def messages(
        self, api: ControlApi, place: Place, names: Sequence[str]
    ) -> AsyncIterator[bytes]:
        """The messages of one stream: the states of the parts ``names`` that have changed."""
        loaded = self._loads()
        watch = Watch(api, place, names)
        look = 0
        yield b"retry: 1000\n\n"
        while not self._ended(loaded):
            changed = await watch.look()
            look += 1
            if changed:
                yield b"data: " + orjson.dumps(changed) + b"\n\n"
            elif look % _LOOKS_A_SIGN == 0:
                # A comment, by which the server notices that nobody listens any more.
                yield b":\n\n"
            for _ in range(_TICKS_A_LOOK):
                await asyncio.sleep(_TICK_S)
                if self._ended(loaded):
                    return

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count a stream as open, until the block ends."""
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1

    def _ended(self, loaded: int) -> bool:
        return self._stopping() or self._loads() != loaded


class StreamResponse(StreamingResponse):
    """One of the open streams from its very beginning, so that many at once are bounded, too."""

    def __init__(self, streams: Streams, messages: AsyncIterator[bytes]) -> None:
        super().__init__(messages, media_type="text/event-stream")
        self._streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the messages, until the browser or the stream ends."""
        with self._streams.counted():
            await super().__call__(scope, receive, send)


class Watch:
    """Remembers the states of parts, and finds those that differ."""

    def __init__(self, api: ControlApi, place: Place, names: Sequence[str]) -> None:
        self._api = api
        self._place = place
        self._parts = [PARTS[name] for name in names]
        self._states: dict[str, str] = {}
        self._clock: Mapping[str, Any] = {}

    async def look(self) -> dict[str, str]:
        """The states that differ from those of the last time, by the names of their parts.

        After a jump of the clock all of them are empty: everything that moves has moved.
        """
        if self._place.tenant and await self._jumped():
            self._states = {}
            return dict.fromkeys((part.name for part in self._parts), "")
        changed = {}
        for part in self._parts:
            state = await part.state(self._api, self._place)
            if state != self._states.get(part.name):
                changed[part.name] = self._states[part.name] = state
        return changed

    async def _jumped(self) -> bool:
        """Whether a running clock is not where it was to be."""
        try:
            clock = {**await self._api.get("clock"), "wall_ms": wall_clock()}
        except ControlRefusalError:
            # The key was forgotten, or the store does not answer: the parts say so.
            return False
        before, self._clock = self._clock, clock
        if not before or not clock["speed"] or before["speed"] != clock["speed"]:
            return False
        expected = before["now_ms"] + (clock["wall_ms"] - before["wall_ms"]) * clock["speed"]
        return bool(abs(clock["now_ms"] - expected) > _JUMP_MS * max(1, clock["speed"]))
