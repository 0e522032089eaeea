"""Limits how much of what a client sent is kept or shown: long texts and large structures are cut.

Fields that are kept have at most ``LONGEST_TEXT`` characters each and about ``MOST_KEPT`` bytes per
request. Where something was cut, the value says how much.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Any

# Prompts stay whole, pictures that are sent as data URLs do not.
LONGEST_TEXT = 32_000
MOST_KEPT = 128_000
_LONGEST_NAME = 256
# What a value costs besides its characters, and a character that is not ASCII, in bytes.
_EACH, _WIDE = 64, 4
# Few and short texts need no look at each.
_FEW, _SHORT = 16, 1000
_REST = "..."


def shortened(value: Any) -> Any:
    """A value whose long texts are cut, whatever they stand in."""
    if isinstance(value, str):
        return _cut(value, LONGEST_TEXT)
    if isinstance(value, dict):
        return {key: shortened(part) for key, part in value.items()}
    if isinstance(value, list):
        return [shortened(part) for part in value]
    return value


def kept(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a request as they are kept."""
    if len(fields) <= _FEW and all(
        type(value) is str and len(value) <= _SHORT and len(name) <= _LONGEST_NAME
        for name, value in fields.items()
    ):
        return dict(fields)
    return _Room().fields(fields)


def weight(value: Any) -> int:
    """About how many bytes a value takes, in memory or written down."""
    if isinstance(value, str):
        return _EACH + len(value) * (1 if value.isascii() else _WIDE)
    if isinstance(value, dict):
        return _EACH + sum(weight(name) + weight(part) for name, part in value.items())
    if isinstance(value, list | tuple):
        return _EACH + sum(map(weight, value))
    return _EACH


class _Room:
    """What is left of the room for one request."""

    def __init__(self) -> None:
        self._left = MOST_KEPT

    def fields(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """As many fields as there is room for; the last one counts the others."""
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
    """The value as a literal; of a long one the beginning, and ``cut``."""
    text = repr(_beginning(value))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}{cut}"


def _beginning(value: Any) -> Any:
    """As much of a value as can be seen: a megabyte is not written out to show its first line."""
    if isinstance(value, str):
        return value[: _LONGEST + 1]
    if isinstance(value, Mapping):
        return {key[:_LONGEST]: _beginning(part) for key, part in islice(value.items(), _LONGEST)}
    if isinstance(value, list):
        return [_beginning(part) for part in value[:_LONGEST]]
    return value
