"""Responds with 429 and the time to wait."""

from dataclasses import dataclass
from typing import ClassVar

from mock_server.faults.fault import (
    LONGEST_TEXT,
    LONGEST_WORD,
    RETRY_AFTER_MS,
    Fault,
    FaultContext,
    Subject,
    retry_after,
    setting,
)
from mock_server.http.errors import RATE_LIMITED, ApiError


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit(Fault):
    """Respond with 429 and ``retry_after_ms`` in both headers that clients read."""

    kind: ClassVar[str] = "rate_limit"
    summary: ClassVar[str] = "429 with Retry-After and retry-after-ms."

    retry_after_ms: int = setting(1000, **RETRY_AFTER_MS)
    code: str = setting(RATE_LIMITED.code, maxLength=LONGEST_WORD)
    message: str = setting(
        "Rate limit reached; try again later.", minLength=1, maxLength=LONGEST_TEXT
    )

    def proceeds(self, _subject: Subject, _spared: bool, /) -> bool:
        return False

    async def __call__(self, context: FaultContext) -> None:
        error_kind = RATE_LIMITED.replace(RATE_LIMITED.status, self.code)
        raise ApiError(error_kind, self.message, headers=retry_after(self.retry_after_ms))
