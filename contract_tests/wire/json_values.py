"""Reads JSON that a target sent into values that are safe to use."""

import json
import math
from typing import Any

_DEEPEST = 100
_LARGEST = 2.0**64


def read_json(body: bytes) -> Any:
    """The value of a JSON document; lone surrogates in its texts are written out as escapes.

    Raises:
        ValueError: it is no JSON, or has an integer of more digits than Python reads.
        RecursionError: it is nested too deep.
    """
    return _plain(json.loads(body), _DEEPEST)


def _plain(value: Any, left: int) -> Any:
    if not left:
        raise RecursionError(f"nested deeper than {_DEEPEST} levels")
    if isinstance(value, str):
        return _encodable(value)
    if isinstance(value, list):
        return [_plain(each, left - 1) for each in value]
    if isinstance(value, dict):
        return {_encodable(name): _plain(each, left - 1) for name, each in value.items()}
    return value


def _encodable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def number(value: Any) -> float | None:
    """A JSON number, infinite where it is too large for a float; None for anything else."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return value if abs(value) < _LARGEST else math.copysign(math.inf, value > 0 or -1)
