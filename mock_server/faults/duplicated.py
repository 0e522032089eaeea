"""Sends the body twice in one answer."""

from dataclasses import dataclass
from typing import ClassVar

from mock_server.faults.fault import Exchange, Fault, answer_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicated(Fault):
    """The answer's body, and the same again behind it."""

    kind: ClassVar[str] = "duplicated"
    summary: ClassVar[str] = "The body stands twice in the answer."

    async def __call__(self, exchange: Exchange) -> None:
        """Send the doubled answer."""
        answer = await answer_of(exchange)
        answer.body *= 2
        await answer.send_to(exchange.send)
