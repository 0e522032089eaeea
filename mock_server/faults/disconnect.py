"""Cuts the connection instead of answering."""

from dataclasses import dataclass
from typing import ClassVar

from mock_server.faults.fault import Exchange, Fault, Subject, answer_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Disconnect(Fault):
    """``after_work``: the request is carried out first, as when an answer is lost on the way."""

    kind: ClassVar[str] = "disconnect"
    summary: ClassVar[str] = "The connection is dropped without an answer."

    after_work: bool = False

    def proceeds(self, _subject: Subject, _spared: bool, /) -> bool:
        """Whether the request is carried out first."""
        return self.after_work

    async def __call__(self, exchange: Exchange) -> None:
        """Drop the connection."""
        if self.after_work:
            await answer_of(exchange)
        await exchange.drop()
