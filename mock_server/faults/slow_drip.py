"""Sends the body in small pieces with pauses between them."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from mock_server.faults.fault import Exchange, answer_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowDrip:
    """The body in ``pieces``, ``pause_ms`` of real time before each."""

    kind: ClassVar[str] = "slow_drip"
    summary: ClassVar[str] = "The body arrives in pieces, slowly."

    pieces: int = 10
    pause_ms: float = 100

    async def __call__(self, exchange: Exchange) -> None:
        """Drip the answer."""
        answer = await answer_of(exchange)
        start = {"type": "http.response.start", "status": answer.status}
        await exchange.send({**start, "headers": answer.headers})
        size = max(1, -(-len(answer.body) // self.pieces))
        for offset in range(0, len(answer.body), size):
            await asyncio.sleep(self.pause_ms / 1000)
            piece = answer.body[offset : offset + size]
            await exchange.send({"type": "http.response.body", "body": piece, "more_body": True})
        await exchange.send({"type": "http.response.body", "body": b""})
