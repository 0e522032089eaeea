"""Sends a part of the body and closes the connection."""

from dataclasses import dataclass
from typing import ClassVar

from mock_server.faults.fault import Fault, FaultContext, answer_of, pass_piece, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncated(Fault):
    """Send ``share`` (0 to 1) of the body after announcing its full length."""

    kind: ClassVar[str] = "truncated"
    summary: ClassVar[str] = "The body is cut off and the connection is dropped."

    share: float = setting(0.5, minimum=0, maximum=1)

    async def __call__(self, context: FaultContext) -> None:
        answer = await answer_of(context)
        await answer.begin(context.send)
        await pass_piece(context.send, answer.body[: int(len(answer.body) * self.share)])
        await context.drop()
