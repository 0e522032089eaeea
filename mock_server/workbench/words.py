"""Instants, spans and amounts as people read them."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import orjson

_UNITS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s"))
_LONGEST_CELL = 300
_UNKNOWN = "?"
_SECOND_US = 1_000_000


def clock_time(instant_ms: int) -> str:
    """The time of an instant, in UTC."""
    return f"{_date(instant_ms):%H:%M:%S}"


def day(instant_ms: int) -> str:
    """The day of an instant, in UTC."""
    return f"{_date(instant_ms):%Y-%m-%d}"


def moment(instant_ms: int, other_ms: int) -> str:
    """The time of an instant, with its day if that is not the day of the other instant."""
    time = clock_time(instant_ms)
    return time if day(instant_ms) == day(other_ms) else f"{day(instant_ms)} {time}"


def span(length_ms: int | None) -> str:
    """A span in its two largest units: ``1 min 07 s``; a question mark for None."""
    if length_ms is None:
        return _UNKNOWN
    rest = max(0, length_ms)
    for (size, unit), (next_size, next_unit) in pairwise(_UNITS):
        if rest >= size:
            return f"{rest // size} {unit} {rest % size // next_size:02} {next_unit}"
    return f"{rest // 1000} s"


def took(duration_us: int) -> str:
    """A duration in real time."""
    return f"{duration_us / 1000:.1f} ms" if duration_us < _SECOND_US else span(duration_us // 1000)


def usd(amount: float | None) -> str:
    """An amount of money; a question mark where it is unknown."""
    return _UNKNOWN if amount is None else f"${amount:.2f}"


def size(count: int) -> str:
    """A number of bytes."""
    for unit in ("B", "KiB", "MiB"):
        if count < 1024:  # noqa: PLR2004
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024  # type: ignore[assignment]
    return f"{count:.1f} GiB"


def cut(text: object) -> str:
    """A text that fits into a cell."""
    whole = str(text)
    return whole if len(whole) <= _LONGEST_CELL else f"{whole[:_LONGEST_CELL]}…"


def pretty(value: Any) -> str:
    """A value as indented JSON."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def _date(instant_ms: int) -> datetime:
    return datetime.fromtimestamp(instant_ms / 1000, UTC)
