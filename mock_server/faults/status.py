"""Answers with an error of any status."""

from dataclasses import dataclass
from typing import ClassVar

from mock_server.errors import INJECTED, INJECTED_REFUSAL, ApiError
from mock_server.faults.fault import Exchange, Fault, setting, status_setting

_SERVER_ERRORS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Fault):
    """``status`` with ``code`` and ``message``; nothing is done with the request."""

    kind: ClassVar[str] = "status"
    summary: ClassVar[str] = "An error of any status instead of the answer."

    status: int = status_setting(500)
    code: str = "upstream_error"
    message: str = setting("The upstream service failed.", minLength=1)

    async def __call__(self, exchange: Exchange) -> None:
        """Answer with the error."""
        situation = INJECTED if self.status >= _SERVER_ERRORS else INJECTED_REFUSAL
        raise ApiError(situation.told(self.status, self.code), self.message)
