"""Breaks the body off in the middle and cuts the connection."""

from dataclasses import dataclass
from typing import ClassVar

from mock_server.faults.fault import Exchange, Fault, answer_of, pass_piece, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncated(Fault):
    """``share`` of the body is sent, from 0 to 1; its full length was announced."""

    kind: ClassVar[str] = "truncated"
    summary: ClassVar[str] = "The body breaks off and the connection is dropped."

    share: float = setting(0.5, minimum=0, maximum=1)

    async def __call__(self, exchange: Exchange) -> None:
        """Send a part, then drop the connection."""
        answer = await answer_of(exchange)
        await answer.begin(exchange.send)
        await pass_piece(exchange.send, answer.body[: int(len(answer.body) * self.share)])
        await exchange.drop()
