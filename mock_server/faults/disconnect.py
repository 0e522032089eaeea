"""Closes the connection instead of responding."""

from dataclasses import dataclass
from typing import ClassVar

from mock_server.faults.fault import Fault, FaultContext, Subject, answer_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Disconnect(Fault):
    """Close the connection. With ``after_work`` the request is handled and its response lost."""

    kind: ClassVar[str] = "disconnect"
    summary: ClassVar[str] = "The connection is dropped without a response."

    after_work: bool = False

    def proceeds(self, _subject: Subject, _spared: bool, /) -> bool:
        return self.after_work

    async def __call__(self, context: FaultContext) -> None:
        if self.after_work:
            await answer_of(context)
        await context.drop()
