"""The contract without what nobody but this project says of a request.

A list of values may rest on a page or a specification, or be inferred: from an example, or from the
rows of the model catalogue. Whoever holds a gateway to the contract must know the two apart.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from openapi.coverage.variants import models_of, variants

_MARK = "(inferred)"


def is_inferred(field: Mapping[str, Any], keyword: str = "enum") -> bool:
    """Whether a field is held to a keyword by inference alone."""
    if keyword == "enum":
        sources = field.get("x-enum-sources", {}).values()
        return bool(sources) and all(source.endswith(_MARK) for source in sources)
    return str(field.get("x-sources", {}).get(keyword, "")).endswith(_MARK)


def without_inferred(contract: Mapping[str, Any]) -> dict[str, Any]:
    """The contract with requests that are held to nothing inferred: who breaks it is wrong.

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
    """The contract with inferred lists cut down to what a page shows: who refuses that is wrong."""
    found = copy.deepcopy(dict(contract))
    for _, field in _fields(found):
        if "enum" in field:
            field["enum"] = shown_values(field)
    return found


def shown_values(field: Mapping[str, Any]) -> list[Any]:
    """The listed values; of an inferred list the one that the page shows, if it shows any."""
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
