"""Answers with an error of any status, in the server's envelope."""

from dataclasses import dataclass
from typing import ClassVar

from mock_server.faults.fault import Answer, Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """``status`` with ``code`` and ``message``; nothing is done with the request."""

    kind: ClassVar[str] = "status"
    summary: ClassVar[str] = "An error of any status instead of the answer."

    status: int = 500
    code: str = "upstream_error"
    message: str = "The upstream service failed."

    async def __call__(self, exchange: Exchange) -> None:
        """Answer with the error."""
        body = exchange.error(self.status, self.code, self.message)
        await Answer(self.status, [(b"content-type", b"application/json")], body).send_to(
            exchange.send
        )
