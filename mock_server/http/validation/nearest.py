"""Finds the documented request that a refused one comes nearest to, and what it would need."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import jsonschema_rs

from mock_server.http.validation.breaches import Judge
from openapi.contract.requests import RequestVariant

# How far apart a request and a documented one are: for each field that is missing; for one that is
# missing and that no other variant has, so that without it the variant was hardly meant; for each
# value that is not allowed; for each field that only other variants know.
_MISSING, _OWN_MISSING, _WRONG, _FOREIGN = 1, 3, 2, 1
_PAGE_LINE = re.compile(r"[\w-]+:\d+")


@dataclass(frozen=True, slots=True)
class Judged:
    """One variant, and what of a request it refuses."""

    variant: RequestVariant
    errors: Sequence[jsonschema_rs.ValidationError]

    @property
    def missing(self) -> Sequence[str]:
        """The fields of the request itself that are missing."""
        return [name for error in self.errors if (name := _missing(error)) is not None]


def nearest(candidates: Sequence[RequestVariant], judge: Judge) -> Judged:
    """The variant that the fewest and the least severe changes would make accept the fields."""
    judged = [Judged(each, judge.errors(each)) for each in candidates]
    if len(judged) == 1:
        return judged[0]
    known = Counter(name for each in candidates for name in each.fields)
    # Of a request with many fields, those that a page knows.
    sent = known.keys() & judge.fields.keys()

    def distance(one: Judged) -> tuple[int, int]:
        familiar = len(sent & one.variant.fields.keys())
        errors = sum(_weight(error, known) for error in one.errors)
        return errors + _FOREIGN * (len(sent) - familiar), -familiar

    return min(judged, key=distance)


def _weight(error: jsonschema_rs.ValidationError, known: Mapping[str, int]) -> int:
    """How severe an error is; ``known`` is how many variants know a field."""
    name = _missing(error)
    if name is None:
        return _WRONG
    return _MISSING if known[name] > 1 else _OWN_MISSING


def _missing(error: jsonschema_rs.ValidationError) -> str | None:
    """The field that an error misses in the request itself."""
    kind = error.kind
    if error.instance_path or not isinstance(kind, jsonschema_rs.ValidationErrorKind.Required):
        return None
    return str(kind.property)


def reasons(
    found: Judged, name: str, judge: Judge, variants: Sequence[RequestVariant]
) -> Iterator[str]:
    """What of the request is documented together with what it lacks, and where.

    ``name`` is the field that is refused: missing in the variant that was found, or of a value that
    it does not allow and other ``variants`` do.
    """
    fields = judge.fields
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
            needed = _needed(variant, judge)
            if needed:
                yield _documented(variant, name, fields[name], needed)


def _is_shared(variant: RequestVariant, found: Judged) -> bool:
    """Whether a variant covers models that the found one does."""
    return not variant.models or any(variant.covers(model) for model in found.variant.models)


def _needed(variant: RequestVariant, judge: Judge) -> str:
    """What a request would have to have besides, to be one of the variant."""
    if variant.models and not variant.covers(judge.fields.get("model")):
        return f"the model {' or '.join(map(repr, variant.models))}"
    judged = Judged(variant, judge.errors(variant))
    return " and ".join(f"{_article(name)} {name}" for name in judged.missing)


def _lists(variant: RequestVariant, name: str, value: object) -> bool:
    return value in variant.at([name]).get("enum", ())


def _documented(variant: RequestVariant, name: str, value: object, needed: str) -> str:
    listed = variant.at([name]).get("x-enum-sources", {}).get(str(value), "")
    source = listed if _PAGE_LINE.fullmatch(listed) else variant.source_at([name], "enum")
    return f"{name} {value!r} is documented with {needed} ({source})"


def _article(name: str) -> str:
    return "an" if name[0] in "aeiou" else "a"
