"""Answers 429 and says when to come back."""

from dataclasses import dataclass
from typing import ClassVar

from mock_server.faults.fault import Answer, Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """``retry_after_ms`` is told in both headers that clients read, rounded up in the second."""

    kind: ClassVar[str] = "rate_limit"
    summary: ClassVar[str] = "429 with Retry-After and retry-after-ms."

    retry_after_ms: int = 1000
    code: str = "rate_limit_exceeded"
    message: str = "Rate limit reached; try again later."

    async def __call__(self, exchange: Exchange) -> None:
        """Answer with 429."""
        answer = Answer(
            429,
            [
                (b"content-type", b"application/json"),
                (b"retry-after", str(-(-self.retry_after_ms // 1000)).encode()),
                (b"retry-after-ms", str(self.retry_after_ms).encode()),
            ],
            exchange.error(429, self.code, self.message),
        )
        await answer.send_to(exchange.send)
