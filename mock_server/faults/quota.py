"""Limits the requests within a time window of the tenant's clock."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.types import Message

from mock_server.domain.ranges import COUNT, POSITIVE_SPAN_S
from mock_server.faults.fault import Facts, Fault, FaultContext, Subject, retry_after, setting
from mock_server.http.errors import RATE_LIMITED, ApiError

_SECOND, _MINUTE, _HOUR = 1000, 60_000, 3_600_000
_ENDS, _USED = "window_ends_ms", "used"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota(Fault):
    """Allow ``limit`` requests in a window of ``window_s`` seconds, opened by its first request.

    Every response has OpenAI's x-ratelimit headers; that the gateway has any is inferred. They and
    Retry-After are in real time, converted from the tenant's clock.
    """

    kind: ClassVar[str] = "quota"
    summary: ClassVar[str] = "Requests beyond the limit of a time window on the clock get 429."

    limit: int = setting(10, **COUNT.limits)
    window_s: float = setting(60, **POSITIVE_SPAN_S.limits)

    def proceeds(self, _subject: Subject, spared: bool, /) -> bool:
        return spared

    def spares(self, facts: Facts, now: int, /) -> bool:
        if now >= facts.get(_ENDS, now):
            facts.update({_ENDS: now + round(self.window_s * _SECOND), _USED: 0})
        if facts[_USED] >= self.limit:
            return False
        facts[_USED] += 1
        return True

    async def __call__(self, context: FaultContext) -> None:
        facts = context.facts
        wait_ms = max(1, context.wall_ms(facts[_ENDS] - context.now))
        if not context.spared:
            refusal = {**retry_after(wait_ms), **self._headers(0, wait_ms)}
            message = f"Rate limit reached: {self.limit} requests in {self.window_s:g} seconds."
            raise ApiError(RATE_LIMITED, message, headers=refusal)
        headers = [
            (name.encode(), text.encode())
            for name, text in self._headers(self.limit - facts[_USED], wait_ms).items()
        ]

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *headers]
            await context.send(message)

        await context.proceed(send)

    def _headers(self, remaining: int, wait_ms: int) -> dict[str, str]:
        return {
            "x-ratelimit-limit-requests": str(self.limit),
            "x-ratelimit-remaining-requests": str(remaining),
            "x-ratelimit-reset-requests": duration(wait_ms),
        }


def duration(ms: int) -> str:
    """A span in the format of OpenAI's headers: ``20ms``, ``8.64s``, ``6m0s``, ``1h0m2.5s``."""
    if ms < _SECOND:
        return f"{ms}ms"
    hours, rest = divmod(ms, _HOUR)
    minutes, rest = divmod(rest, _MINUTE)
    larger = f"{hours}h{minutes}m" if hours else f"{minutes}m" if minutes else ""
    return f"{larger}{rest / _SECOND:g}s"
