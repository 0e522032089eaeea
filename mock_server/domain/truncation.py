"""Limits how much of what a client sent is kept or shown: long texts and large structures are cut.

Fields that are kept have at most ``LONGEST_TEXT`` characters each and about ``MOST_KEPT`` bytes per
request. Where something was cut, the value says how much.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Any

# Long enough for prompts, but not for images in data URLs.
LONGEST_TEXT = 32_000
MOST_KEPT = 128_000
_LONGEST_NAME = 256
# Bytes of a value besides its characters, and of a character that is not ASCII.
_EACH, _WIDE = 64, 4
# Requests with few and short fields are kept without further checks.
_FEW, _SHORT = 16, 1000
_REST = "..."


def shortened(value: Any) -> Any:
    """The value with long texts cut, at any depth."""
    if isinstance(value, str):
        return _cut(value, LONGEST_TEXT)
    if isinstance(value, dict):
        return {key: shortened(part) for key, part in value.items()}
    if isinstance(value, list):
        return [shortened(part) for part in value]
    return value


def kept(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a request, cut to the limits."""
    if len(fields) <= _FEW and all(
        type(value) is str and len(value) <= _SHORT and len(name) <= _LONGEST_NAME
        for name, value in fields.items()
    ):
        return dict(fields)
    return _Room().fields(fields)


def weight(value: Any) -> int:
    """About how many bytes a value takes, in memory or stored."""
    if isinstance(value, str):
        return _EACH + len(value) * (1 if value.isascii() else _WIDE)
    if isinstance(value, dict):
        return _EACH + sum(weight(name) + weight(part) for name, part in value.items())
    if isinstance(value, list | tuple):
        return _EACH + sum(map(weight, value))
    return _EACH


class _Room:
    """The remaining room for the fields of one request."""

    def __init__(self) -> None:
        self._left = MOST_KEPT

    def fields(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that fit; a last one says how many do not."""
        found: dict[str, Any] = {}
        for name, value in fields.items():
            if self._left <= 0:
                break
            if len(name) <= _LONGEST_NAME:
                self._left -= weight(name)
                found[name] = self._value(value)
        missing = len(fields) - len(found)
        return {**found, _REST: f"[{missing} more fields]"} if missing else found

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            value = _cut(value, max(0, min(LONGEST_TEXT, self._left)))
            self._left -= weight(value)
            return value
        self._left -= _EACH
        if isinstance(value, dict):
            return self.fields(value)
        return self._items(value) if isinstance(value, list) else value

    def _items(self, items: list[Any]) -> list[Any]:
        found: list[Any] = []
        for item in items:
            if self._left <= 0:
                return [*found, f"{_REST} [{len(items) - len(found)} more]"]
            found.append(self._value(item))
        return found


def _cut(text: str, most: int) -> str:
    missing = len(text) - most
    return text if missing <= 0 else f"{text[:most]}{_REST} [{missing} more characters]"


_LONGEST = 80


def quote(value: object, cut: str = "…") -> str:
    """The value as a Python literal; long ones are cut and end with ``cut``."""
    text = repr(_start_of(value))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}{cut}"


def _start_of(value: Any) -> Any:
    """The part of a value that is shown, so that a large value is not formatted as a whole."""
    if isinstance(value, str):
        return value[: _LONGEST + 1]
    if isinstance(value, Mapping):
        return {key[:_LONGEST]: _start_of(part) for key, part in islice(value.items(), _LONGEST)}
    if isinstance(value, list):
        return [_start_of(part) for part in value[:_LONGEST]]
    return value
