"""How many jobs that have ended are kept for each tenant, and for how long."""

from collections.abc import Iterable
from dataclasses import dataclass

from mock_server.domain.ranges import POSITIVE_COUNT, SPAN_S

# So many finished jobs make room for one new one: what is too much is soon gone, and no create
# waits for it.
MOST_AT_ONCE = 8
_UNITS_MS = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


class RetentionError(ValueError):
    """A retention that makes no sense, with what can be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """At most ``count`` jobs a tenant, none that ended over ``age_ms`` ago; None is no bound.

    Jobs that have yet to end are never removed, and count. It is looked after whenever the tenant
    makes a job: of those that have ended, the ones that ended first go first.
    """

    count: int | None = None
    age_ms: int | None = None

    def __bool__(self) -> bool:
        """Whether there is any bound."""
        return self.count is not None or self.age_ms is not None

    def surplus(self, count: int) -> int:
        """How many of ``count`` jobs are to go now, if so many have ended."""
        return 0 if self.count is None else max(0, min(MOST_AT_ONCE, count - self.count))


ALL = Retention()


def read_retention(texts: Iterable[str]) -> Retention:
    """The retention that ``10000`` (jobs) and ``7d`` (an age in s, m, h or d) ask for together.

    Raises:
        RetentionError: a text is neither, or one of them is given twice.
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
