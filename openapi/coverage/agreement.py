"""Compares the model catalogue with the contract: rows, sizes and lengths."""

from collections.abc import Iterator, Mapping
from typing import Any

from openapi.catalogue.models import Catalogue, Model
from openapi.coverage.variants import LENGTH_FIELDS, SIZE_FIELDS, models_of, variants
from openapi.errors import SpecError


def documented_values(
    contract: Mapping[str, Any], model: str, names: tuple[str, ...]
) -> frozenset[str]:
    """Every value of the named fields that some variant covering ``model`` allows, as text.

    Where the page lists no values, the value that it shows counts too.
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


def require_rows(contract: Mapping[str, Any], catalogue: Catalogue) -> None:
    """Check that the catalogue has every model that the contract covers.

    Raises:
        SpecError: a model that a variant covers has no row.
    """
    for name, schema in variants(contract):
        for model in models_of(schema):
            if model not in catalogue.models:
                raise _gap(catalogue, None, f"{name} covers '{model}', which has no row")


def check(contract: Mapping[str, Any], catalogue: Catalogue, *, some_pages: bool = False) -> None:
    """Check that catalogue and contract agree.

    With ``some_pages`` the catalogue may name more pages than the contract is built from.

    Raises:
        SpecError: a model that a variant covers has no row, or a row lacks a size or a length that
            such a variant documents. Without ``some_pages`` also: a row names a page that the
            contract does not have, is for sale without a request that takes it, or has a size or a
            length that no variant covering it documents.
    """
    require_rows(contract, catalogue)
    for row in catalogue.models.values():
        if not some_pages:
            _require_requests(contract, row, catalogue)
        for what, own, names in (
            ("sizes", row.sizes, SIZE_FIELDS),
            ("seconds", tuple(map(str, row.seconds)), LENGTH_FIELDS),
        ):
            documented = documented_values(contract, row.name, names)
            known = documented | (frozenset(own) if some_pages else documented)
            if documented and known != frozenset(own):
                raise _gap(catalogue, row, _difference(what, frozenset(own), known))


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
