"""Shows jobs as they were some time ago, like a gateway that lags behind its upstream."""

from dataclasses import dataclass
from typing import ClassVar

from mock_server.faults.fault import READS, Fault, FaultContext, Subject, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleRead(Fault):
    """Show jobs as they were ``seconds`` of the tenant's clock ago.

    A younger job is shown as just queued: a gateway knows its own jobs from the start, and only
    hears of their progress late.
    """

    kind: ClassVar[str] = "stale_read"
    summary: ClassVar[str] = (
        "Jobs are shown as they were some seconds ago on the clock; younger ones as just queued."
    )

    seconds: float = setting(60, minimum=0, maximum=31_536_000)

    def concerns(self, subject: Subject) -> bool:
        return subject.operation in READS

    async def __call__(self, context: FaultContext) -> None:
        context.turn_back(context.now - round(self.seconds * 1000))
        await context.proceed(context.send)
