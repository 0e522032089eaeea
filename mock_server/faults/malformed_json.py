"""Breaks the JSON of the body."""

from dataclasses import dataclass
from typing import ClassVar

from mock_server.faults.fault import Fault, FaultContext, answer_of


@dataclass(frozen=True, slots=True, kw_only=True)
class MalformedJson(Fault):
    """Cut off the last character of the body; Content-Length matches what is sent."""

    kind: ClassVar[str] = "malformed_json"
    summary: ClassVar[str] = "The JSON of the response does not parse."

    async def __call__(self, context: FaultContext) -> None:
        answer = await answer_of(context)
        answer.body = answer.body[:-1]
        await answer.send_to(context.send)
