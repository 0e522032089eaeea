"""Times in recorded values as references: ``<time:created+12>`` is 12 s after ``created_at``.

The rest of a reference is how the time is written: seconds as an integer where it is empty,
``ms``, ``float``, the two as ``text``, ``http`` for the dates of headers, else a ``strftime`` form
in which ``%L`` are milliseconds.
"""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from email.utils import format_datetime
from typing import Any, Final

TIME = re.compile(r"<time:(start|created)([+-][0-9]{1,12}(?:\.[0-9]{1,6})?)(?: ([^<>]{1,40}))?>")
START: Final = "start"
CREATED: Final = "created"
_NAMED = re.compile(
    r"(?:^|_)(?:at|time|date|timestamp|created|updated|expires|until)$|(?:At|Time)$"
    r"|^(?:created|expires|updated|finished|submit|start|end)",
    re.IGNORECASE,
)
_MADE = re.compile(r"creat|submit", re.IGNORECASE)
# 2001 to 2100, in seconds.
_FIRST_S, _LAST_S = 1_000_000_000, 4_102_444_800
_DIGITS = re.compile(r"[0-9]{10}(?:[0-9]{3})?")
_HTTP = "%a, %d %b %Y %H:%M:%S GMT"
_ISO = re.compile(
    r"\d{4}([-/])\d\d\1\d\d([T ])\d\d:\d\d:\d\d(\.\d{3}|\.\d{6})?(Z|\+00:00|\+08:00)?", re.ASCII
)
_FRACTIONS = {None: "", 4: ".%L", 7: ".%f"}
_THOUSAND = 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_time_name(name: str) -> bool:
    """Whether a field of that name holds a time."""
    return bool(_NAMED.search(name))


def is_creation_name(name: str) -> bool:
    """Whether a field of that name holds the time at which its object was created."""
    return bool(_MADE.search(name)) and is_time_name(name)


def time_of(value: Any) -> tuple[Decimal, str] | None:
    """A time in seconds since 1970 and how it is written; None for what is no time."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return _number(value)
    if isinstance(value, float):
        found = _exactly(repr(value))
        return (found, "float") if found is not None else None
    if not isinstance(value, str):
        return None
    if _DIGITS.fullmatch(value):
        number = _number(int(value))
        return (number[0], f"{number[1]} text".strip()) if number else None
    return _written(value)


def reference(value: Decimal, form: str, anchor: str, since: Decimal) -> str:
    """The reference to a time by how long after its anchor it is."""
    return f"<time:{anchor}{_plain(value - since):+}{' ' if form else ''}{form}>"


def _plain(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1)) if number == number.to_integral() else number.normalize()


def resolved(found: re.Match[str], since: Decimal) -> Any:
    """The value that a reference stands for; ``since`` is its anchor in seconds since 1970.

    Raises:
        ValueError: no time can be written so.
    """
    value, form = since + Decimal(found[2]), found[3] or ""
    if form in ("", "text"):
        number: Any = int(value)
    elif form in ("ms", "ms text"):
        number = int(value * _THOUSAND)
    elif form == "float":
        return float(value)
    else:
        return _rendered(value, form)
    return str(number) if form.endswith("text") else number


def _number(value: int) -> tuple[Decimal, str] | None:
    if _FIRST_S <= value < _LAST_S:
        return Decimal(value), ""
    if _FIRST_S * _THOUSAND <= value < _LAST_S * _THOUSAND:
        return Decimal(value) / _THOUSAND, "ms"
    return None


def _exactly(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    is_exact = found.is_finite() and found == round(found, 6)
    return found if is_exact and _FIRST_S <= found < _LAST_S else None


def _written(text: str) -> tuple[Decimal, str] | None:
    """A date in one of the known forms that is written again in the same way."""
    form = _form(text)
    if not form:
        return None
    pattern = _HTTP if form == "http" else form.replace("%L", "%f")
    try:
        value = datetime.strptime(text, pattern).replace(tzinfo=UTC) - _offset(form)
    except ValueError:
        return None
    found = Decimal((value - _EPOCH) // timedelta(microseconds=1)) / 1_000_000
    return (found, form) if _FIRST_S <= found < _LAST_S and _rendered(found, form) == text else None


def _form(text: str) -> str:
    """How a date is written, as a reference names it; empty for what is no date."""
    if text.endswith(" GMT"):
        return "http"
    found = _ISO.fullmatch(text)
    if found is None:
        return ""
    date, between, fraction, zone = found[1], found[2], found[3], found[4]
    exact = _FRACTIONS[len(fraction) if fraction else None]
    return f"%Y{date}%m{date}%d{between}%H:%M:%S{exact}{zone or ''}"


def _offset(form: str) -> timedelta:
    return timedelta(hours=8 if form.endswith("+08:00") else 0)


def _rendered(seconds: Decimal, form: str) -> str:
    since = timedelta(microseconds=int(seconds * 1_000_000))
    value = _EPOCH + since + _offset(form)
    if form == "http":
        return format_datetime(value.replace(microsecond=0), usegmt=True)
    return value.strftime(form.replace("%L", f"{value.microsecond // _THOUSAND:03}"))
