"""Ties the model catalogue to the contract: which variant covers which model, and the reverse.

A catalogue row may add a model to the pages it names (a page that shows one model in an example but
lists none), or ask for a variant of its own, like a page's but with the row's sizes and lengths.
"""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openapi.catalogue import Catalogue, Model
from openapi.errors import SpecError, name_clash

_UNNAMEABLE = re.compile(r"[^A-Za-z0-9._-]")
LENGTH_FIELDS = ("seconds", "duration")
SIZE_FIELDS = ("size", "aspect_ratio")


def variants(contract: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every request variant of the contract: component name and schema."""
    for name, schema in contract["components"]["schemas"].items():
        if "x-variant" in schema:
            yield name, schema


def extend(contract: dict[str, Any], catalogue: Catalogue) -> None:
    """Add the catalogue's models to the variants in place; a model already covered adds nothing.

    Raises:
        SpecError: a variant of a model's own would have a name that is taken.
    """
    for name, schema in list(variants(contract)):
        for model in catalogue.models.values():
            if schema["x-variant"] in model.pages:
                _cover(schema, model, catalogue)
            if schema["x-variant"] in model.like:
                _add_variant(contract, name, model, catalogue)


def _cover(schema: dict[str, Any], model: Model, catalogue: Catalogue) -> None:
    field = schema.get("properties", {}).get("model")
    if field is None:
        return
    if model.name not in field.setdefault("enum", []):
        field["enum"].append(model.name)
        field.setdefault("x-enum-sources", {})[model.name] = _cite(model, catalogue)


def _cite(model: Model, catalogue: Catalogue) -> str:
    return f"{catalogue.path.name}:{model.line} (inferred)"


def _add_variant(
    contract: dict[str, Any], base_name: str, model: Model, catalogue: Catalogue
) -> None:
    schemas = contract["components"]["schemas"]
    name = f"{base_name}_{_UNNAMEABLE.sub('-', model.name)}"
    called = f"{schemas[base_name]['x-variant']}:{model.name}"
    if name in schemas and schemas[name].get("x-variant") == called:
        return  # a built contract has it already
    if name in schemas:
        raise name_clash(name)
    source = _cite(model, catalogue)
    schema = copy.deepcopy(schemas[base_name])
    schema |= {"x-variant": called, "x-source": source, "x-standing": "inferred"}
    properties = schema.get("properties", {})
    _restrict(properties, ("model",), [model.name], source)
    _restrict(properties, SIZE_FIELDS, list(model.sizes), source)
    _restrict(properties, LENGTH_FIELDS, list(model.seconds), source)
    schemas[name] = schema
    _refer(contract["paths"], f"#/components/schemas/{base_name}", f"#/components/schemas/{name}")


def _restrict(
    properties: dict[str, Any], names: tuple[str, ...], values: list[Any], source: str
) -> None:
    for name in names:
        if name not in properties or not values:
            continue
        field = properties[name]
        kinds = {branch.get("type") for branch in (field, *field.get("anyOf", ()))}
        typed = [value if "integer" in kinds else str(value) for value in values]
        field["enum"] = typed
        field["x-enum-sources"] = {str(value): source for value in typed}
        for stale in ("example", "default"):
            field.pop(stale, None)


def _refer(node: Any, beside: str, added: str) -> None:
    """Put a reference to ``added`` wherever ``beside`` is one of several."""
    if isinstance(node, dict):
        choices = node.get("anyOf")
        if isinstance(choices, list) and {"$ref": beside} in choices:
            choices.append({"$ref": added})
        for value in node.values():
            _refer(value, beside, added)
    elif isinstance(node, list):
        for value in node:
            _refer(value, beside, added)


def documented_values(
    contract: Mapping[str, Any], model: str, names: tuple[str, ...]
) -> frozenset[str]:
    """Every value of the named fields that some variant covering ``model`` allows, as text."""
    return frozenset(
        str(value)
        for schema in _covering(contract, model)
        for name in names
        for value in schema["properties"].get(name, {}).get("enum", ())
    )


def _covering(contract: Mapping[str, Any], model: str) -> Iterator[dict[str, Any]]:
    """The variants that are documented for a model."""
    for _, schema in variants(contract):
        if model in _models(schema):
            yield schema


def _models(schema: Mapping[str, Any]) -> Sequence[str]:
    found: Sequence[str] = schema.get("properties", {}).get("model", {}).get("enum", ())
    return found


def require_rows(contract: Mapping[str, Any], catalogue: Catalogue) -> None:
    """Hold the catalogue to having every model that the contract covers.

    Raises:
        SpecError: a model that a variant covers has no row.
    """
    for name, schema in variants(contract):
        for model in _models(schema):
            if model not in catalogue.models:
                raise _gap(catalogue, None, f"{name} covers '{model}', which has no row")


def check(contract: Mapping[str, Any], catalogue: Catalogue, *, some_pages: bool = False) -> None:
    """Hold catalogue and contract to each other.

    ``some_pages`` says that the catalogue knows more pages than the contract is built from.

    Raises:
        SpecError: a model that a variant covers has no row, or a row lacks a size or a length that
            such a variant documents. Unless there are only some pages, also: a row names a page
            that no request is called after, is for sale without a request that takes it, or has a
            size or a length that no variant covering it documents.
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
    told = []
    if missing := sorted(documented - own):
        told.append(f"lacks the {what} {', '.join(missing)}, which a request that takes it lists")
    if extra := sorted(own - documented):
        told.append(f"has the {what} {', '.join(extra)}, which no request that takes it lists")
    return " and ".join(told)


def _gap(catalogue: Catalogue, row: Model | None, why: str) -> SpecError:
    return SpecError(
        what="the model catalogue and the contract disagree",
        where=str(catalogue.path),
        line=row.line if row else 1,
        why=f"'{row.name}' {why}" if row else why,
        remedy="correct the row's pages, sizes or seconds, or add the missing row, "
        "if need be in a catalogue of your own (--models FILE)",
    )
