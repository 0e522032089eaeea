"""Responds with an error of any status, in the tenant's dialect."""

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
    status_setting,
)
from mock_server.http.errors import INJECTED, INJECTED_REFUSAL, ApiError
from openapi.contract.error_kinds import ERROR_KINDS

_SERVER_ERRORS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Fault):
    """Respond with ``status``, ``code`` and ``message`` without handling the request.

    Without ``status`` an error code of the API has the status of the dialect, and any other code
    has 500. ``retry_after_ms`` is sent in both headers that clients read.
    """

    kind: ClassVar[str] = "status"
    summary: ClassVar[str] = "An error of any status instead of the response."
    needs: ClassVar[tuple[str, ...]] = ("status", "code")

    status: int | None = status_setting(None)
    code: str = setting("upstream_error", maxLength=LONGEST_WORD)
    message: str = setting("The upstream service failed.", minLength=1, maxLength=LONGEST_TEXT)
    retry_after_ms: int | None = setting(None, **RETRY_AFTER_MS)

    def proceeds(self, _subject: Subject, _spared: bool, /) -> bool:
        return False

    async def __call__(self, context: FaultContext) -> None:
        headers = {} if self.retry_after_ms is None else retry_after(self.retry_after_ms)
        if self.status is None:
            known = ERROR_KINDS.get(self.code, INJECTED)
            raise ApiError(known.replace(known.status, self.code), self.message, headers=headers)
        kind = INJECTED if self.status >= _SERVER_ERRORS else INJECTED_REFUSAL
        error_kind = kind.replace(self.status, self.code)
        raise ApiError(error_kind, self.message, status=self.status, headers=headers)
