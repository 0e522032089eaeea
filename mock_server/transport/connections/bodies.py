"""What the bodies of all requests that are under way hold together, and when they let go of it.

A body counts from the moment it is read off its connection until its request is done with: it is
held in memory that long, in pieces, whole, or as what was made of it. None is ever put on a disk.
"""

from collections.abc import MutableMapping
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.transport.connections.refusals import too_many_bodies

State = MutableMapping[str, Any]
_HELD = "body"


class Bodies:
    """The sum, in bytes."""

    def __init__(self, most: int) -> None:
        """Hold ``most`` at one moment."""
        self.most = most
        self.held = 0

    def begin(self, state: State) -> "Held":
        """Begin to hold the body of the request that has this state."""
        held = state[_HELD] = Held(self)
        return held

    def around(self, app: ASGIApp) -> ASGIApp:
        """Wrap ``app``: when it is done with a request, so is its body."""

        async def letting_go(scope: Scope, receive: Receive, send: Send) -> None:
            try:
                await app(scope, receive, send)
            finally:
                let_go(scope.get("state", {}))

        return letting_go


class Held:
    """What the body of one request holds."""

    __slots__ = ("_bodies", "_over", "_size")

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self._size = 0
        self._over = False

    @property
    def most(self) -> int:
        """What all bodies together may hold."""
        return self._bodies.most

    def grow(self, size: int) -> bool:
        """Hold more of it; whether there is room."""
        if self._over:
            return True
        self._size += size
        self._bodies.held += size
        return self._bodies.held <= self._bodies.most

    def end(self) -> None:
        """Let go of all of it, and of whatever may still come."""
        if not self._over:
            self._over = True
            self._bodies.held -= self._size


def make_room(state: State, size: int) -> None:
    """Hold more for the request that has this state: what was made of its body.

    Raises:
        ApiError: 503, there is no room for it.
    """
    held: Held | None = state.get(_HELD)
    if held is not None and not held.grow(size):
        raise too_many_bodies(held.most)


def let_go(state: State) -> None:
    """The request that has this state is done with."""
    held: Held | None = state.get(_HELD)
    if held is not None:
        held.end()
