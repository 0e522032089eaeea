"""Finds the documented request that a refused one is most similar to, and what it lacks.

The cost does not grow with the length of a body: the validator repeats the value that an error is
about, so that of a large body only the first error is looked at.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from openapi.contract.requests import RequestVariant

# The distance from a request to a documented one, for each: missing field; missing field that no
# other variant has, which suggests another variant; wrong value; field that only other variants
# have.
_MISSING, _OWN_MISSING, _WRONG, _FOREIGN = 1, 3, 2, 1
_PAGE_LINE = re.compile(r"[\w-]+:\d+")
_MANY_VALUES = 200
# Characters of a text; more than any rule allows.
_LONGEST_CHECKED = 100_000


class CheckedBody:
    """A body that is checked against the rules of variants."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        plain = _is_plain(fields)
        self.fields = fields
        self._shortened = fields if plain else _shortened(fields)
        self._small = plain or _is_small(fields)

    def errors(self, variant: RequestVariant) -> list[jsonschema_rs.ValidationError]:
        """What is wrong with it; of a large body only the first error."""
        if self._small:
            return list(variant.validator.iter_errors(self._shortened))
        return _first_error(variant, self._shortened)

    def first(self, variant: RequestVariant) -> list[jsonschema_rs.ValidationError]:
        """The first error in the whole body, if there is one."""
        return _first_error(variant, self.fields)


def _first_error(
    variant: RequestVariant, fields: Mapping[str, Any]
) -> list[jsonschema_rs.ValidationError]:
    try:
        variant.validator.validate(fields)
    except jsonschema_rs.ValidationError as error:
        return [error]
    return []


def _is_plain(fields: Mapping[str, Any]) -> bool:
    """Whether it consists of a few short texts, like most bodies."""
    return len(fields) <= _MANY_VALUES and all(
        type(value) is str and len(value) <= _LONGEST_CHECKED for value in fields.values()
    )


def _shortened(value: Any) -> Any:
    """A body whose texts are cut to a length that no rule allows, since errors repeat them."""
    if isinstance(value, str):
        return value[:_LONGEST_CHECKED]
    if isinstance(value, dict):
        return {name: _shortened(part) for name, part in value.items()}
    return [_shortened(part) for part in value] if isinstance(value, list) else value


def _is_small(fields: Mapping[str, Any]) -> bool:
    """Whether it has no more values than a usual body."""
    seen = 0
    parts: list[Any] = [fields]
    while parts and seen <= _MANY_VALUES:
        part = parts.pop()
        inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        seen += len(inner)
        parts.extend(inner)
    return seen <= _MANY_VALUES


@dataclass(frozen=True, slots=True)
class Candidate:
    """One variant, and the errors that it finds in a request."""

    variant: RequestVariant
    errors: Sequence[jsonschema_rs.ValidationError]

    @property
    def missing(self) -> Sequence[str]:
        """The top-level fields that are missing."""
        return [name for error in self.errors if (name := _missing(error)) is not None]


def nearest(candidates: Sequence[RequestVariant], body: CheckedBody) -> Candidate:
    """The variant that the fewest and least severe changes would satisfy."""
    found = [Candidate(each, body.errors(each)) for each in candidates]
    if len(found) == 1:
        return found[0]
    known = Counter(name for each in candidates for name in each.fields)
    # A request may have many fields that no page documents.
    sent = known.keys() & body.fields.keys()

    def distance(one: Candidate) -> tuple[int, int]:
        familiar = len(sent & one.variant.fields.keys())
        errors = sum(_weight(error, known) for error in one.errors)
        return errors + _FOREIGN * (len(sent) - familiar), -familiar

    return min(found, key=distance)


def _weight(error: jsonschema_rs.ValidationError, known: Mapping[str, int]) -> int:
    """How severe an error is; ``known`` counts the variants that have a field."""
    name = _missing(error)
    if name is None:
        return _WRONG
    return _MISSING if known[name] > 1 else _OWN_MISSING


def _missing(error: jsonschema_rs.ValidationError) -> str | None:
    """The top-level field that an error reports as missing."""
    kind = error.kind
    if error.instance_path or not isinstance(kind, jsonschema_rs.ValidationErrorKind.Required):
        return None
    return str(kind.property)


def reasons(
    found: Candidate, name: str, body: CheckedBody, variants: Sequence[RequestVariant]
) -> Iterator[str]:
    """Where values of the request are documented together with something that it lacks.

    ``name`` is the refused field: the found variant misses it, or does not allow its value, which
    other ``variants`` do.
    """
    fields = body.fields
    if name in found.missing:
        others = [each for each in variants if each is not found.variant]
        for sent in (name for name in found.variant.fields if name in fields):
            value = fields[sent]
            rivals = [each for each in others if each.knows([sent]) and _is_shared(each, found)]
            listed_by_others = [each for each in rivals if _lists(each, sent, value)]
            if rivals and not listed_by_others and _lists(found.variant, sent, value):
                yield _documented(found.variant, sent, value, f"{_article(name)} {name}")
        return
    for variant in variants:
        if name in fields and _lists(variant, name, fields[name]):
            needed = _needed(variant, body)
            if needed:
                yield _documented(variant, name, fields[name], needed)


def _is_shared(variant: RequestVariant, found: Candidate) -> bool:
    """Whether a variant and the found one cover a model in common."""
    return not variant.models or any(variant.covers(model) for model in found.variant.models)


def _needed(variant: RequestVariant, body: CheckedBody) -> str:
    """What a request lacks to fit the variant."""
    if variant.models and not variant.covers(body.fields.get("model")):
        return f"the model {' or '.join(map(repr, variant.models))}"
    candidate = Candidate(variant, body.errors(variant))
    return " and ".join(f"{_article(name)} {name}" for name in candidate.missing)


def _lists(variant: RequestVariant, name: str, value: object) -> bool:
    return value in variant.at([name]).get("enum", ())


def _documented(variant: RequestVariant, name: str, value: object, needed: str) -> str:
    listed = variant.at([name]).get("x-enum-sources", {}).get(str(value), "")
    source = listed if _PAGE_LINE.fullmatch(listed) else variant.source_at([name], "enum")
    return f"{name} {value!r} is documented with {needed} ({source})"


def _article(name: str) -> str:
    return "an" if name[0] in "aeiou" else "a"
