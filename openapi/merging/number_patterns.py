"""Patterns of the texts of all numbers within limits, for forms, where a number travels as text.

Any JSON Schema validator and generator of data then holds a form's field to its limits.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

# Of one limit, in digits before and behind the point; a longer one is left to prose.
_DIGITS = 15
# Of values that are listed instead of described.
_LISTED = 200
_FRACTION = r"(?:[.][0-9]+)?"
_ZEROS = r"(?:[.]0+)?"


def limited_form(declared: Mapping[str, Any]) -> dict[str, Any] | None:
    """The ``pattern`` or ``enum`` of the texts of a number's values; None where there is none.

    Args:
        declared: the schema of an integer or number: its limits and ``multipleOf``.
    """
    low, high = _limit(declared, "minimum"), _limit(declared, "maximum")
    step = declared.get("multipleOf")
    whole = declared.get("type") == "integer"
    if step is not None:
        return _listed(low, high, step) if whole else None
    if low is None and high is None:
        return None
    found = list(_integers(low, high) if whole else _numbers(low, high))
    return {"pattern": f"^(?:{'|'.join(found)})$"} if found else None


@dataclass(frozen=True, slots=True)
class _Limit:
    """One limit; ``closed`` says that it is allowed itself."""

    value: Decimal
    closed: bool

    @property
    def mirrored(self) -> "_Limit":
        """The same for the numbers with the other sign."""
        return _Limit(-self.value, self.closed)


def _limit(declared: Mapping[str, Any], keyword: str) -> _Limit | None:
    """A limit in either form of its exclusive keyword; None for one that is no usable number."""
    value = declared.get(keyword)
    exclusive = declared.get(f"exclusive{keyword.capitalize()}")
    if isinstance(exclusive, int | float) and not isinstance(exclusive, bool):
        value, exclusive = exclusive, True
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    found = Decimal(str(value))
    if not found.is_finite() or abs(found) >= 10**_DIGITS or -_exponent(found) > _DIGITS:
        return None
    return _Limit(found, closed=exclusive is not True)


def _exponent(value: Decimal) -> int:
    return int(value.as_tuple().exponent)


def _listed(low: _Limit | None, high: _Limit | None, step: Any) -> dict[str, Any] | None:
    """The multiples between two limits, when they are few."""
    if low is None or high is None or isinstance(step, bool) or not isinstance(step, int):
        return None
    first, last = _whole(low, up=True), _whole(high, up=False)
    start = first + -first % step if step > 0 else first
    if step <= 0 or (last - start) // step >= _LISTED:
        return None
    return {"enum": [str(value) for value in range(start, last + 1, step)]}


def _whole(limit: _Limit, *, up: bool) -> int:
    """The first whole number within a limit."""
    found = int(limit.value.to_integral_value("ROUND_CEILING" if up else "ROUND_FLOOR"))
    if found == limit.value and not limit.closed:
        return found + 1 if up else found - 1
    return found


def _integers(low: _Limit | None, high: _Limit | None) -> Iterator[str]:
    first = None if low is None else _whole(low, up=True)
    last = None if high is None else _whole(high, up=False)
    # Zeros in front of a number do not change it.
    if first is None or first < 0:
        largest = None if first is None else -first
        smallest = 1 if last is None or last >= 0 else -last
        yield from (f"-0*{each}" for each in _between(smallest, largest))
    if last is None or last >= 0:
        smallest = 0 if first is None or first < 0 else first
        if smallest == 0:
            yield "-?0+"
            smallest = 1
        yield from (f"0*{each}" for each in _between(smallest, last))


def _between(first: int, last: int | None) -> Iterator[str]:
    """Patterns of the positive whole numbers from ``first`` to ``last``; None for no end."""
    if last is not None and last < first:
        return
    digits = len(str(first))
    while last is None or digits <= len(str(last)):
        start = max(first, 10 ** (digits - 1))
        if start == 10 ** (digits - 1) and last is None:
            yield f"[1-9][0-9]{{{digits - 1},}}"
            return
        end = 10**digits - 1 if last is None else min(last, 10**digits - 1)
        yield from _same_length(str(start), str(end))
        digits += 1


def _same_length(low: str, high: str) -> Iterator[str]:
    """Patterns of the numbers between two with as many digits."""
    if not low:
        yield ""
        return
    if low[1:] == "0" * len(low[1:]) and high[1:] == "9" * len(high[1:]):
        yield _digit(low[0], high[0]) + _any(len(low) - 1)
        return
    if low[0] == high[0]:
        yield from (low[0] + rest for rest in _same_length(low[1:], high[1:]))
        return
    rest = len(low) - 1
    yield from (low[0] + each for each in _same_length(low[1:], "9" * rest))
    if int(high[0]) - int(low[0]) > 1:
        yield _digit(str(int(low[0]) + 1), str(int(high[0]) - 1)) + _any(rest)
    yield from (high[0] + each for each in _same_length("0" * rest, high[1:]))


def _digit(low: str, high: str) -> str:
    return low if low == high else f"[{low}-{high}]"


def _any(count: int) -> str:
    return f"[0-9]{{{count}}}" if count else ""


def _numbers(low: _Limit | None, high: _Limit | None) -> Iterator[str]:
    """Patterns of the decimal numbers within limits, written without an exponent."""
    zero = _Limit(Decimal(0), closed=True)
    if low is None or low.value < 0:
        nearest = zero if high is None or high.value >= 0 else high.mirrored
        yield from (f"-{each}" for each in _positive(nearest, low and low.mirrored))
    elif low.value == 0 and low.closed:
        yield f"-0+{_ZEROS}"
    if high is None or high.value >= 0:
        yield from _positive(zero if low is None or low.value < 0 else low, high)


def _positive(low: _Limit, high: _Limit | None) -> Iterator[str]:
    """Patterns of the numbers from ``low``, which is not negative, to ``high``."""
    start, behind = _split(low.value)
    end, beyond = (None, "") if high is None else _split(high.value)
    if end is not None and high is not None and start == end:
        yield from (f"0*{start}{each}" for each in _fractions(behind, beyond, (low, high)))
        return
    yield from (f"0*{start}{each}" for each in _at_least(behind, closed=low.closed))
    last = None if end is None else end - 1
    yield from (f"0*{each}{_FRACTION}" for each in _between(start + 1, last))
    if high is not None:
        yield from (f"0*{end}{each}" for each in _at_most(beyond, closed=high.closed))


def _split(value: Decimal) -> tuple[int, str]:
    """The whole part, and the digits behind the point without zeros at their end."""
    whole, _, fraction = f"{value:f}".partition(".")
    return int(whole), fraction.rstrip("0")


def _at_least(digits: str, *, closed: bool) -> Iterator[str]:
    if digits:
        yield f"[.]{_from(digits, closed=closed)}"
    else:
        yield _FRACTION if closed else "[.][0-9]*[1-9][0-9]*"


def _at_most(digits: str, *, closed: bool) -> Iterator[str]:
    if digits:
        yield f"(?:[.]{_to(digits, closed=closed)})?"
    elif closed:
        yield _ZEROS


def _fractions(low: str, high: str, limits: tuple[_Limit, _Limit]) -> Iterator[str]:
    """What may follow a whole part that both limits have."""
    closed = [limit.closed for limit in limits]
    if low == high:
        if all(closed):
            yield f"[.]{low}0*" if low else _ZEROS
    elif low or not closed[0]:
        yield f"[.]{_range(low, high, closed)}"
    else:
        yield from _at_most(high, closed=closed[1])


def _from(digits: str, *, closed: bool) -> str:
    """The digits of a fraction that is not below another one."""
    if not digits:
        return "[0-9]*" if closed else "[0-9]*[1-9][0-9]*"
    same = digits[0] + _from(digits[1:], closed=closed)
    more = [] if digits[0] == "9" else [f"{_digit(str(int(digits[0]) + 1), '9')}[0-9]*"]
    return _any_of([*more, same])


def _to(digits: str, *, closed: bool) -> str:
    """The digits of a fraction that is not above another one; it may end before that one does."""
    less = [] if digits[0] == "0" else [f"{_digit('0', str(int(digits[0]) - 1))}[0-9]*"]
    if digits[1:]:
        return _any_of([*less, f"{digits[0]}(?:{_to(digits[1:], closed=closed)})?"])
    return _any_of([*less, *([f"{digits[0]}0*"] if closed else [])])


def _range(low: str, high: str, closed: list[bool]) -> str:
    """The digits of a fraction between two others, the first of which is the smaller one."""
    first, last = low[:1] or "0", high[0]
    if first == last:
        return first + _range(low[1:], high[1:], closed)
    found = [first + _from(low[1:], closed=closed[0])]
    if int(last) - int(first) > 1:
        found.append(f"{_digit(str(int(first) + 1), str(int(last) - 1))}[0-9]*")
    if high[1:]:
        found.append(f"{last}(?:{_to(high[1:], closed=closed[1])})?")
    elif closed[1]:
        found.append(f"{last}0*")
    return _any_of(found)


def _any_of(patterns: list[str]) -> str:
    return patterns[0] if len(patterns) == 1 else f"(?:{'|'.join(patterns)})"
