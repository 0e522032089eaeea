"""Finds out which fields of responses are volatile, from two recordings of the same requests."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from contract_tests.recording import times
from contract_tests.recording.cassette import Cassette
from contract_tests.recording.references import REFERENCE

DIFFERS: Final = "it differs"
_MOST_FIELDS = 1000
_LONGEST_EXAMPLE = 60
_UNPAIRED = object()
Key = tuple[str, str, int, int]


@dataclass(frozen=True, slots=True)
class Volatile:
    """A field of responses that two recordings do not share.

    Attributes:
        field: a JSON pointer with ``*`` for each item of a list, or ``header NAME``.
        why: the kind of the reference that it always is, else ``it differs``.
        at: the operations and statuses of the responses.
        examples: one value of each recording, where they differ.
    """

    field: str
    why: str
    at: tuple[str, ...]
    examples: tuple[str, ...] = ()

    def as_data(self) -> Mapping[str, Any]:
        """The entry for ``volatile.yaml``."""
        found: dict[str, Any] = {"field": self.field, "why": self.why, "at": list(self.at)}
        return {**found, "examples": list(self.examples)} if self.examples else found


def volatile_fields(first: Cassette, second: Cassette) -> tuple[Volatile, ...]:
    """The fields with other values in the second recording, and those that are references.

    Responses are compared in pairs: the same check or job sent the request, to the same operation
    with the same status, as often before.
    """
    others = dict(_keyed(second))
    places: dict[tuple[str, str], dict[str, None]] = {}
    examples: dict[str, tuple[str, ...]] = {}
    for key, mine in _keyed(first):
        for field, a, b in _differences(mine, others[key]) if key in others else ():
            why = _why(a, b)
            if len(places) < _MOST_FIELDS:
                places.setdefault((field, why), {})[f"{key[1]} {key[2]}".strip()] = None
            if why == DIFFERS:
                examples.setdefault(field, (_short(a), _short(b)))
    return tuple(
        Volatile(field, why, tuple(sorted(at)), examples[field] if why == DIFFERS else ())
        for (field, why), at in sorted(places.items())
    )


def _keyed(cassette: Cassette) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    seen: Counter[tuple[str, str, int]] = Counter()
    for each in cassette.exchanges:
        reply = each.line.get("reply")
        if reply is not None:
            key = (each.line["sender"], each.line["operation"], reply["status"])
            seen[key] += 1
            yield (*key, seen[key]), reply


def _differences(
    mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> Iterator[tuple[str, Any, Any]]:
    headers = [dict(map(tuple, each["headers"])) for each in (mine, theirs)]
    for name in sorted(headers[0].keys() & headers[1].keys()):
        yield from _of(f"header {name}", headers[0][name], headers[1][name])
    bodies = [(each["body"] or {}).get("json", _UNPAIRED) for each in (mine, theirs)]
    if _UNPAIRED not in bodies:
        yield from _of("", bodies[0], bodies[1])


def _of(field: str, a: Any, b: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(a, dict) and isinstance(b, dict):
        for name in (name for name in a if name in b):
            yield from _of(
                f"{field}/{name.replace('~', '~0').replace('/', '~1')}", a[name], b[name]
            )
    elif isinstance(a, list) and isinstance(b, list):
        for mine, theirs in zip(a, b, strict=False):
            yield from _of(f"{field}/*", mine, theirs)
    elif a != b or _kind(a):
        yield field, a, b


def _why(a: Any, b: Any) -> str:
    kind = _kind(a)
    return kind if kind and kind == _kind(b) else DIFFERS


def _short(value: Any) -> str:
    return str(value)[:_LONGEST_EXAMPLE]


def _kind(value: Any) -> str:
    """The kind of a value that is a reference; empty for any other."""
    if not isinstance(value, str):
        return ""
    if times.TIME.fullmatch(value):
        return "time"
    found = REFERENCE.fullmatch(value)
    return found[1] if found else ""
