"""Sends the body twice in one response."""

from dataclasses import dataclass
from typing import ClassVar

from mock_server.faults.fault import Fault, FaultContext, answer_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicated(Fault):
    """Repeat the body of the response."""

    kind: ClassVar[str] = "duplicated"
    summary: ClassVar[str] = "The body is sent twice in one response."

    async def __call__(self, context: FaultContext) -> None:
        answer = await answer_of(context)
        answer.body *= 2
        await answer.send_to(context.send)
