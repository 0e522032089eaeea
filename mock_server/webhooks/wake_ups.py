"""Whom to look at, and when: real instants by name."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

# A clock may be so slow that its next instant is years away.
_LONGEST_MS = 3_600_000


class Agenda:
    """Looks that are planned. Whoever changes something brings one forward."""

    def __init__(self, wall: Callable[[], int]) -> None:
        """Count by a real clock."""
        self._wall = wall
        self._planned: dict[str, int] = {}
        self._changed = asyncio.Event()

    def wake(self, name: str) -> None:
        """Look at something now."""
        self._planned[name] = 0
        self._changed.set()

    def plan(self, name: str, wait_ms: int) -> None:
        """Look at something after a wait, unless that is planned earlier."""
        at = self._wall() + min(wait_ms, _LONGEST_MS)
        self._planned[name] = min(at, self._planned.get(name, at))

    def take(self) -> Sequence[str]:
        """What is to be looked at now; nothing is planned for it any more."""
        now = self._wall()
        due = [name for name, at in self._planned.items() if at <= now]
        for name in due:
            del self._planned[name]
        return due

    async def wait(self) -> None:
        """Wait until there is something to look at."""
        first = min(self._planned.values(), default=None)
        seconds = None if first is None else max(0, first - self._wall()) / 1000
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        self._changed.clear()
