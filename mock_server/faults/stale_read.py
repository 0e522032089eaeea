"""Answers reads from the past, as a gateway does whose own records lag behind upstream's."""

from dataclasses import dataclass
from typing import ClassVar

from mock_server.faults.fault import Exchange, Fault, Subject, setting
from mock_server.faults.operations import READS


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleRead(Fault):
    """Reads tell how jobs stood ``seconds`` of the clock ago.

    A job younger than that shows as it was when it was born, waiting: a gateway knows its own jobs
    from the start, and it is their progress that it hears of late.
    """

    kind: ClassVar[str] = "stale_read"
    summary: ClassVar[str] = (
        "Jobs are shown as they were some seconds of the clock ago; a younger one as just queued."
    )

    seconds: float = setting(60, minimum=0, maximum=31_536_000)

    def concerns(self, subject: Subject) -> bool:
        """Reads alone."""
        return subject.operation in READS

    async def __call__(self, exchange: Exchange) -> None:
        """Answer as of then."""
        exchange.turn_back(exchange.now - round(self.seconds * 1000))
        await exchange.proceed(exchange.send)
