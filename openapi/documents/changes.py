"""Compares two documents, with one row for each value."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openapi.documents.pointers import Steps, json_pointer


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: a JSON pointer, the old and the new value, or None."""

    pointer: str
    old: Any
    new: Any


def changes(old: Any, new: Any) -> list[Change]:
    """List the differences in the order of the new document; removed keys come last."""
    return list(_changes(old, new, ()))


def _changes(old: Any, new: Any, here: Steps) -> Iterator[Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*new, *(key for key in old if key not in new)]:
            yield from _changes(old.get(key), new.get(key), (*here, key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _changes(before, after, (*here, index))
    elif old != new or type(old) is not type(new):
        yield Change(json_pointer(here), old, new)
