"""Compares the model catalogue with the contract: rows, sizes and lengths."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from openapi.catalogue.models import Catalogue, Model, inferred_model
from openapi.coverage.variants import LENGTH_FIELDS, SIZE_FIELDS, models_of, variants
from openapi.errors import SpecError


def documented_values(
    contract: Mapping[str, Any], model: str, names: tuple[str, ...]
) -> frozenset[str]:
    """Every value of the named fields that some variant covering ``model`` allows, as text.

    If the page lists no values, the value of its example counts too.
    """
    return frozenset(
        str(value)
        for schema in _covering(contract, model)
        for name in names
        for value in _values(schema["properties"].get(name, {}))
    )


def _values(field: Mapping[str, Any]) -> Iterator[Any]:
    yield from field.get("enum", ())
    for word in ("example", "default"):
        if "x-vocabulary" in field and word in field:
            yield field[word]


def _covering(contract: Mapping[str, Any], model: str) -> Iterator[dict[str, Any]]:
    """The variants that are documented for a model."""
    for _, schema in variants(contract):
        if model in models_of(schema):
            yield schema


def missing_models(contract: Mapping[str, Any], catalogue: Catalogue) -> list[str]:
    """The models that a request of the contract covers and no row describes, in their order."""
    covered = (model for _, schema in variants(contract) for model in models_of(schema))
    return [name for name in dict.fromkeys(map(str, covered)) if name not in catalogue.models]


def completed(contract: Mapping[str, Any], catalogue: Catalogue) -> Catalogue:
    """The catalogue, with what the contract's pages document and no row has.

    A model without a row gets one, of which all that the pages do not say is inferred; a row gets
    the sizes and lengths that a page documents besides its own.
    """
    rows = {name: _widened(contract, row) for name, row in catalogue.models.items()}
    added = {name: _inferred(contract, name) for name in missing_models(contract, catalogue)}
    return replace(catalogue, models={**rows, **added})


def _widened(contract: Mapping[str, Any], row: Model) -> Model:
    sizes = dict.fromkeys((*row.sizes, *_listed(contract, row.name, SIZE_FIELDS)))
    seconds = dict.fromkeys((*row.seconds, *_lengths(contract, row.name)))
    return replace(row, sizes=tuple(sizes), seconds=tuple(seconds))


def _inferred(contract: Mapping[str, Any], name: str) -> Model:
    sizes = dict.fromkeys(_listed(contract, name, SIZE_FIELDS))
    return inferred_model(name, list(sizes), _lengths(contract, name))


def _lengths(contract: Mapping[str, Any], model: str) -> list[int]:
    found = dict.fromkeys(_listed(contract, model, LENGTH_FIELDS))
    return [int(each) for each in found if each.isdecimal() and int(each)]


def _listed(contract: Mapping[str, Any], model: str, names: tuple[str, ...]) -> Iterator[str]:
    """The values of some fields in the pages' order, those that apply by default first."""
    fields = [
        schema["properties"][name]
        for schema in _covering(contract, model)
        for name in names
        if name in schema["properties"]
    ]
    yield from (str(field["default"]) for field in fields if "default" in field)
    yield from (str(value) for field in fields for value in _values(field))


def check(contract: Mapping[str, Any], catalogue: Catalogue) -> None:
    """Check that catalogue and contract agree.

    Raises:
        SpecError: a row names a page that the contract does not have, is for sale without a request
            that takes it, lacks a size or a length that a variant covering it documents, or has
            one that no such variant documents.
    """
    for row in catalogue.models.values():
        _require_requests(contract, row, catalogue)
        for what, own, names in (
            ("sizes", row.sizes, SIZE_FIELDS),
            ("seconds", tuple(map(str, row.seconds)), LENGTH_FIELDS),
        ):
            documented = documented_values(contract, row.name, names)
            if documented and documented != frozenset(own):
                raise _gap(catalogue, row, _difference(what, frozenset(own), documented))


def _require_requests(contract: Mapping[str, Any], row: Model, catalogue: Catalogue) -> None:
    pages = {schema["x-variant"].partition(":")[0] for _, schema in variants(contract)}
    for page in (*row.pages, *row.like):
        if page not in pages:
            known = ", ".join(sorted(pages))
            raise _gap(catalogue, row, f"names the page '{page}'; there are {known}")
    if row.status != "retired" and not any(_covering(contract, row.name)):
        raise _gap(catalogue, row, "is for sale, but no request of the contract takes it")


def _difference(what: str, own: frozenset[str], documented: frozenset[str]) -> str:
    parts = []
    if missing := sorted(documented - own):
        parts.append(
            f"lacks the {what} {', '.join(missing)}, which a request that takes it lists or shows"
        )
    if extra := sorted(own - documented):
        parts.append(f"has the {what} {', '.join(extra)}, which no request that takes it lists")
    return " and ".join(parts)


def _gap(catalogue: Catalogue, row: Model | None, why: str) -> SpecError:
    return SpecError(
        what="the model catalogue and the contract disagree",
        where=str(catalogue.path),
        line=row.line if row else 1,
        why=f"'{row.name}' {why}" if row else why,
        remedy="correct the row's pages, sizes or seconds, or add the missing row, in a catalogue "
        "of your own if you cannot change this one (--models FILE)",
    )
