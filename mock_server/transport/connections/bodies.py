"""Limits the memory of all request bodies in progress.

A body counts from its first byte until its request has been answered: it stays in memory that long,
as received or as parsed. No body is written to disk.
"""

from collections.abc import MutableMapping
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.transport.connections.refusals import too_many_bodies

State = MutableMapping[str, Any]
_HELD = "body"


class Bodies:
    """The memory of all request bodies, in bytes."""

    def __init__(self, most: int) -> None:
        """Allow ``most`` bytes at a time."""
        self.most = most
        self.held = 0

    def begin(self, state: State) -> "Held":
        """Start counting the body of the request with this state."""
        held = state[_HELD] = Held(self)
        return held

    def around(self, app: ASGIApp) -> ASGIApp:
        """Wrap ``app``: when it has answered a request, the body is released."""

        async def releasing(scope: Scope, receive: Receive, send: Send) -> None:
            try:
                await app(scope, receive, send)
            finally:
                let_go(scope.get("state", {}))

        return releasing


class Held:
    """The memory of one request body."""

    __slots__ = ("_bodies", "_over", "_size")

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self._size = 0
        self._over = False

    @property
    def most(self) -> int:
        """The limit for all bodies together."""
        return self._bodies.most

    def grow(self, size: int) -> bool:
        """Add ``size`` bytes; False if that exceeds the limit."""
        if self._over:
            return True
        self._size += size
        self._bodies.held += size
        return self._bodies.held <= self._bodies.most

    def end(self) -> None:
        """Release all of it; later additions are ignored."""
        if not self._over:
            self._over = True
            self._bodies.held -= self._size


def make_room(state: State, size: int) -> None:
    """Add the decoded form of a body to what the request with this state holds.

    Raises:
        ApiError: 503, that exceeds the limit.
    """
    held: Held | None = state.get(_HELD)
    if held is not None and not held.grow(size):
        raise too_many_bodies(held.most)


def let_go(state: State) -> None:
    """Release the body of the request with this state."""
    held: Held | None = state.get(_HELD)
    if held is not None:
        held.end()
