"""Ties the model catalogue to the contract: which variant covers which model, and the reverse.

A catalogue row may add a model to the pages it names (a page that shows one model in an example but
lists none), or ask for a variant of its own, like a page's but with the row's sizes and lengths.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from openapi.catalogue import Catalogue, Model
from openapi.errors import SpecError

LENGTH_FIELDS = ("seconds", "duration")
SIZE_FIELDS = ("size", "aspect_ratio")


def variants(contract: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every request variant of the contract: component name and schema."""
    for name, schema in contract["components"]["schemas"].items():
        if "x-variant" in schema:
            yield name, schema


def extend(contract: dict[str, Any], catalogue: Catalogue) -> None:
    """Add the catalogue's models to the variants in place; a model already covered adds nothing."""
    for name, schema in list(variants(contract)):
        for model in catalogue.models.values():
            if schema["x-variant"] in model.pages:
                _cover(schema, model, catalogue)
            if schema["x-variant"] in model.like:
                _add_variant(contract, name, model, catalogue)


def _cover(schema: dict[str, Any], model: Model, catalogue: Catalogue) -> None:
    field = schema["properties"]["model"]
    if model.name not in field.setdefault("enum", []):
        field["enum"].append(model.name)
        field.setdefault("x-enum-sources", {})[model.name] = _cite(model, catalogue)


def _cite(model: Model, catalogue: Catalogue) -> str:
    return f"{catalogue.path.name}:{model.line} (inferred)"


def _add_variant(
    contract: dict[str, Any], base_name: str, model: Model, catalogue: Catalogue
) -> None:
    base = contract["components"]["schemas"][base_name]
    name = f"{base_name}_{model.name}"
    if name in contract["components"]["schemas"]:
        return
    schema = copy.deepcopy(base)
    source = _cite(model, catalogue)
    schema |= {"x-variant": f"{base['x-variant']}:{model.name}", "x-source": source}
    schema["x-standing"] = "inferred"
    _restrict(schema["properties"], ("model",), [model.name], source)
    _restrict(schema["properties"], SIZE_FIELDS, list(model.sizes), source)
    _restrict(schema["properties"], LENGTH_FIELDS, list(model.seconds), source)
    contract["components"]["schemas"][name] = schema
    _refer(contract["paths"], f"#/components/schemas/{base_name}", f"#/components/schemas/{name}")


def _restrict(
    properties: dict[str, Any], names: tuple[str, ...], values: list[Any], source: str
) -> None:
    for name in names:
        if name not in properties or not values:
            continue
        field = properties[name]
        typed = [value if field.get("type") == "integer" else str(value) for value in values]
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
        for _, schema in variants(contract)
        if model in schema["properties"].get("model", {}).get("enum", ())
        for name in names
        for value in schema["properties"].get(name, {}).get("enum", ())
    )


def require_rows(contract: Mapping[str, Any], catalogue: Catalogue) -> None:
    """Hold the catalogue to having every model that the contract covers.

    Raises:
        SpecError: a model that a variant covers has no row.
    """
    for name, schema in variants(contract):
        for model in schema["properties"].get("model", {}).get("enum", ()):
            if model not in catalogue.models:
                raise _gap(catalogue, 1, f"{name} covers '{model}', which has no row")


def check(contract: Mapping[str, Any], catalogue: Catalogue) -> None:
    """Hold catalogue and contract to each other.

    Raises:
        SpecError: a model that a variant covers has no row, or a row's sizes or lengths are not
            those that the variants covering it document.
    """
    require_rows(contract, catalogue)
    for row in catalogue.models.values():
        sizes = documented_values(contract, row.name, SIZE_FIELDS)
        lengths = documented_values(contract, row.name, LENGTH_FIELDS)
        if sizes and sizes != frozenset(row.sizes):
            raise _gap(catalogue, row.line, f"'{row.name}' is documented with {sorted(sizes)}")
        if lengths and lengths != frozenset(map(str, row.seconds)):
            raise _gap(catalogue, row.line, f"'{row.name}' is documented with {sorted(lengths)}")


def _gap(catalogue: Catalogue, line: int, why: str) -> SpecError:
    return SpecError(
        what="the model catalogue and the contract disagree",
        where=str(catalogue.path),
        line=line,
        why=why,
        remedy="correct the row's pages, sizes or seconds, or add the missing row",
    )
