"""How many ended jobs are kept for each tenant, and for how long."""

from collections.abc import Iterable
from dataclasses import dataclass

from mock_server.domain.ranges import POSITIVE_COUNT, SPAN_S

# How many ended jobs a create removes at most, so that it stays fast.
MOST_AT_ONCE = 8
_UNITS_MS = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


class RetentionError(ValueError):
    """An invalid retention; the message shows valid ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """At most ``count`` jobs per tenant, and none that ended over ``age_ms`` ago; None is no limit.

    It is applied whenever the tenant creates a job: jobs that ended first are removed first. Jobs
    that have not ended count, but are never removed.
    """

    count: int | None = None
    age_ms: int | None = None

    def __bool__(self) -> bool:
        """Whether there is a limit."""
        return self.count is not None or self.age_ms is not None

    def surplus(self, count: int) -> int:
        """How many of ``count`` jobs to remove now, if enough have ended."""
        return 0 if self.count is None else max(0, min(MOST_AT_ONCE, count - self.count))


ALL = Retention()


def read_retention(texts: Iterable[str]) -> Retention:
    """Parse texts such as ``10000`` (jobs) and ``7d`` (an age in s, m, h or d) into a retention.

    Raises:
        RetentionError: a text is neither, or there are two of a kind.
    """
    count: int | None = None
    age_ms: int | None = None
    for text in texts:
        digits, unit = (text[:-1], text[-1:]) if text[-1:] in _UNITS_MS else (text, "")
        number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 12 else 0  # noqa: PLR2004
        span_s = number * _UNITS_MS.get(unit, 0) / 1000
        if (
            number not in POSITIVE_COUNT
            or span_s not in SPAN_S
            or (age_ms if unit else count) is not None
        ):
            raise RetentionError(
                f"--retain {text}: give a number of jobs (10000), an age (90s, 30m, 12h or 7d), or "
                f"one of each; at most {POSITIVE_COUNT.most:,} jobs or {SPAN_S.most:,} seconds"
            )
        if unit:
            age_ms = number * _UNITS_MS[unit]
        else:
            count = number
    return Retention(count=count, age_ms=age_ms)
