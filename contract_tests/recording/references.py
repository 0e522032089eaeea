"""References such as ``<video:1>`` that stand for a value, and the shape of what they stand for.

A shape says what the value looked like without saying what it was: ``video_[0-9a-f]{32}``. In an
id that begins with its time of creation, as new-api's do, the eight digits are ``[time]{8}``.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final
from uuid import UUID

REFERENCE = re.compile(r"<([a-z]+):([0-9]{1,9})>")
NUMBER: Final = "number "
_UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_RUN = re.compile("[0-9A-Za-z]+|[^0-9A-Za-z]+")
_TIME_DIGITS = 8
# An id's own time of creation and the one that is shown may differ by so many seconds.
_TIME_SLACK_S = 120
# In the order in which a run of letters and digits is held to them.
_CLASSES = ("0-9", "0-9a-f", "0-9A-F", "a-z", "0-9a-z", "A-Z", "A-Za-z", "0-9A-Z", "0-9A-Za-z")
_TIME, _UUID_CLASS = "time", "uuid"
_IN_SHAPE = re.compile(r"\[(time|uuid|(?:0-9)?(?:A-[FZ])?(?:a-[fz])?)\]\{(\d{1,4})\}")
_MOST_LETTERS = 1000
_LONGEST_PREFIX = 16
_FEWEST_DRAWN = 4
_ID = re.compile(r"[\w.:=~+-]{1,400}", re.ASCII)
_RANDOM_RUN = re.compile(
    r"(?:(?=[0-9]*[a-fA-F])[0-9a-fA-F]{12,}|(?=\w*\d\w*\d\w*\d)(?=\w*[A-Za-z])[0-9A-Za-z]{16,})"
)


def is_random(text: str) -> bool:
    """Whether a text holds what looks drawn by chance, so that it may identify or unlock."""
    return bool(_UUID.search(text) or _RANDOM_RUN.search(text))


@dataclass
class References:
    """The references given so far: the same value has the same one, whatever its kind."""

    _known: dict[str, str] = field(default_factory=dict)
    _counts: Counter[str] = field(default_factory=Counter)
    _new: dict[str, str] = field(default_factory=dict)

    def of(self, kind: str, value: str, shape: str | None = None) -> str:
        """The reference for a value; one of that kind if it has none yet."""
        if value not in self._known:
            self._counts[kind] += 1
            name = f"{kind}:{self._counts[kind]}"
            self._new[name] = shape_of(value) if shape is None else shape
            self._known[value] = f"<{name}>"
        return self._known[value]

    def known(self, value: str) -> str | None:
        """The reference that a value has; None when it has none."""
        return self._known.get(value)

    def take_new(self) -> Mapping[str, str]:
        """The shapes of the references given since the last call, by name."""
        taken, self._new = self._new, {}
        return taken


def is_id(text: str) -> bool:
    """Whether a text can be an id at all: letters, digits, and what separates them."""
    return bool(_ID.fullmatch(text))


def shape_of(value: str, instants_s: Sequence[float] = ()) -> str:
    """The shape of an id: its prefix, its separators, and the kind and number of its letters.

    It is empty for what has no part drawn by chance: that may be somebody's name.

    Args:
        instants_s: when it may have been made, in seconds since 1970.
    """
    uuid = _UUID.search(value)
    if uuid is not None and is_id(value[: uuid.start()] or "x") and uuid.end() == len(value):
        version = f"[{_UUID_CLASS}]{{{UUID(uuid[0]).version or 0}}}"
        return _shape_of_runs(value[: uuid.start()], instants_s) + version
    runs = _RUN.findall(value)
    is_drawn = is_id(value) and len(runs[-1]) >= _FEWEST_DRAWN and not runs[-1].isalpha()
    return _shape_of_runs(value, instants_s) if is_drawn else ""


def _shape_of_runs(text: str, instants_s: Sequence[float]) -> str:
    runs = _RUN.findall(text)
    return "".join(
        _shape_of_run(run, instants_s, is_first=place == 0) for place, run in enumerate(runs)
    )


def _shape_of_run(run: str, instants_s: Sequence[float], *, is_first: bool) -> str:
    if not run.isalnum():
        return run
    if run.isalpha() and run.islower() and is_first and len(run) <= _LONGEST_PREFIX:
        return run
    if _has_time(run, instants_s):
        return f"[{_TIME}]{{{_TIME_DIGITS}}}{_class_of(run[_TIME_DIGITS:])}"
    return _class_of(run)


def _has_time(run: str, instants_s: Sequence[float]) -> bool:
    """Whether a run begins with its second of creation in hexadecimal digits."""
    digits = run[:_TIME_DIGITS]
    if len(run) <= _TIME_DIGITS or not re.fullmatch("[0-9a-f]+", digits):
        return False
    return any(abs(int(digits, 16) - each) < _TIME_SLACK_S for each in instants_s)


def _class_of(run: str) -> str:
    found = next(each for each in _CLASSES if re.fullmatch(f"[{each}]+", run))
    return f"[{found}]{{{len(run)}}}"


def stand_in(name: str, shape: str, instant_s: float = 0.0) -> str:
    """A value of a reference's shape, always the same for the same reference.

    Args:
        instant_s: the time of creation, for a shape that begins with it.
    """
    if not shape:
        return name.replace(":", "_")
    draw = _numbers_of(name)

    def fill(found: re.Match[str]) -> str:
        kind, count = found[1], min(int(found[2]), _MOST_LETTERS)
        if kind == _UUID_CLASS:
            return str(UUID(bytes=bytes(draw() for _ in range(16)), version=count or None))
        if kind == _TIME:
            return f"{max(0, int(instant_s)):08x}"[-_TIME_DIGITS:]
        letters = _letters(kind)
        return "".join(letters[draw() % len(letters)] for _ in range(count))

    value, number = _IN_SHAPE.sub(fill, shape[:_MOST_LETTERS]), name.rpartition(":")[2]
    # The last digits are the reference's number, so that short ids differ, too.
    end = re.search(r"\[0-9[^\]]*\]\{(\d+)\}$", shape)
    return value[: -len(number)] + number if end and int(end[1]) >= len(number) else value


def _numbers_of(name: str) -> Callable[[], int]:
    """Numbers that follow from a reference's name."""
    state = sha256(name.encode()).digest()

    def draw() -> int:
        nonlocal state
        state = sha256(state).digest()
        return state[0]

    return draw


def _letters(ranges: str) -> str:
    found = re.findall(r"(.)-(.)", ranges)
    return "".join(chr(code) for a, z in found for code in range(ord(a), ord(z) + 1))
