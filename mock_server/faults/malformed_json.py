"""Answers 200 with a body that is no JSON although it says so."""

from dataclasses import dataclass
from typing import ClassVar

from mock_server.faults.fault import Exchange, Fault, answer_of


@dataclass(frozen=True, slots=True, kw_only=True)
class MalformedJson(Fault):
    """The right answer without its last character, its length stated right."""

    kind: ClassVar[str] = "malformed_json"
    summary: ClassVar[str] = "The JSON of the answer does not parse."

    async def __call__(self, exchange: Exchange) -> None:
        """Send the broken answer."""
        answer = await answer_of(exchange)
        answer.body = answer.body[:-1]
        await answer.send_to(exchange.send)
