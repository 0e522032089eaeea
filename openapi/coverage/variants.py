"""The request variants of a contract, and the contract without their inferred rules.

A list of values comes from a page or a specification, or is inferred: from an example, or from the
rows of the model catalogue. Checks of a gateway need to know which.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openapi.contract.evidence import rests_on_inference

LENGTH_FIELDS = ("seconds", "duration")
SIZE_FIELDS = ("size", "aspect_ratio")


def variants(contract: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every request variant of the contract: component name and schema."""
    for name, schema in contract["components"]["schemas"].items():
        if "x-variant" in schema:
            yield name, schema


def models_of(schema: Mapping[str, Any]) -> Sequence[str]:
    """The models of a variant; for an open field, the one in the example of its page."""
    field = schema.get("properties", {}).get("model", {})
    shown = [field["example"]] if "example" in field else []
    found: Sequence[str] = field.get("enum", shown)
    return found


def is_inferred(field: Mapping[str, Any], keyword: str = "enum") -> bool:
    """Whether a keyword of a field is only inferred."""
    if keyword == "enum":
        sources = field.get("x-enum-sources", {}).values()
        return bool(sources) and all(rests_on_inference(source) for source in sources)
    return rests_on_inference(field.get("x-sources", {}).get(keyword, ""))


def without_inferred(contract: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the contract without inferred rules: a request that breaks it is wrong.

    A request that covers a model by inference may cover any model that no request names.
    """
    found = copy.deepcopy(dict(contract))
    known = sorted({str(model) for _, each in variants(found) for model in models_of(each)})
    for name, field in _fields(found):
        for keyword in [word for word in field if is_inferred(field, word)]:
            held = field.pop(keyword)
            if (name, keyword) == ("model", "enum"):
                field["anyOf"] = [{"enum": held}, {"not": {"enum": known}}]
    return found


def as_shown(contract: Mapping[str, Any]) -> dict[str, Any]:
    """A copy with inferred lists reduced to the values in examples, which must be accepted."""
    found = copy.deepcopy(dict(contract))
    for _, field in _fields(found):
        if "enum" in field:
            field["enum"] = shown_values(field)
    return found


def shown_values(field: Mapping[str, Any]) -> list[Any]:
    """The listed values; of an inferred list, the value in the example of the page, if any."""
    values = list(field.get("enum", ()))
    shown = [value for value in values if value == field.get("example")]
    return shown if shown and is_inferred(field) else values


def _fields(contract: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The fields of every request that a page or a specification describes."""
    for _, schema in variants(contract):
        if schema.get("x-standing") != "inferred":
            for name, field in schema.get("properties", {}).items():
                if "$ref" not in field:
                    yield name, field
