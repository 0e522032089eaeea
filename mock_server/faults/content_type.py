"""Sends the right body with the wrong content type."""

from dataclasses import dataclass
from typing import ClassVar

from mock_server.faults.fault import LONGEST_WORD, Fault, FaultContext, answer_of, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongContentType(Fault):
    """Send the response with the Content-Type ``value``."""

    kind: ClassVar[str] = "wrong_content_type"
    summary: ClassVar[str] = "The right body with a wrong Content-Type."

    value: str = setting("text/plain", pattern=r"^[\x20-\x7e]+$", maxLength=LONGEST_WORD)

    async def __call__(self, context: FaultContext) -> None:
        answer = await answer_of(context)
        answer.with_header(b"content-type", self.value.encode())
        await answer.send_to(context.send)
