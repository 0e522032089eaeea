"""How a value that somebody sent is shown: as a literal, never long, and at little cost."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

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
