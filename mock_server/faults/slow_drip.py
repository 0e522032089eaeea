"""Sends the body in small pieces with pauses between them."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar

from mock_server.faults.fault import Fault, FaultContext, answer_of, pass_piece, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowDrip(Fault):
    """Send the body in ``pieces``, with ``pause_ms`` of real time before each."""

    kind: ClassVar[str] = "slow_drip"
    summary: ClassVar[str] = "The body arrives in pieces, slowly."

    pieces: int = setting(10, minimum=1, maximum=10_000)
    pause_ms: float = setting(100, minimum=0, maximum=60_000)

    async def __call__(self, context: FaultContext) -> None:
        answer = await answer_of(context)
        await answer.begin(context.send)
        size = max(1, -(-len(answer.body) // self.pieces))
        for offset in range(0, len(answer.body), size):
            await asyncio.sleep(self.pause_ms / 1000)
            await pass_piece(context.send, answer.body[offset : offset + size])
        await context.send({"type": "http.response.body", "body": b""})
