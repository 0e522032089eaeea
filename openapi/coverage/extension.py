"""Writes the model catalogue's rows into a contract, each value with the row as its source.

Where a page lists no models, sizes or lengths, the field takes those of the rows of its models
(``x-vocabulary: catalogue``). A row may also add a model to the pages that it names, or a variant
like a page's but with the sizes and lengths of the row.
"""

import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from openapi.catalogue.models import Catalogue, Model
from openapi.contract.schemas import LIMITS
from openapi.coverage.variants import LENGTH_FIELDS, SIZE_FIELDS, models_of, variants
from openapi.errors import name_clash

_UNNAMEABLE = re.compile(r"[^A-Za-z0-9._-]")
_MARK = {"x-vocabulary": "catalogue"}
_SCALARS = frozenset({"string", "integer", "number", None})

Schema = dict[str, Any]
Values = Callable[[Model], Sequence[Any]]
# The fields that a row has values for, with the values.
_BY_ROW: Mapping[str, Values] = {
    "model": lambda model: (model.name,),
    **dict.fromkeys(SIZE_FIELDS, lambda model: model.sizes),
    **dict.fromkeys(LENGTH_FIELDS, lambda model: model.seconds),
}


def extend(contract: dict[str, Any], catalogue: Catalogue) -> None:
    """Add the catalogue's models and values to the variants in place; idempotent.

    Raises:
        SpecError: the name of a variant that is added is taken.
    """
    for name, schema in list(variants(contract)):
        if "model" not in schema.get("properties", {}):
            continue
        for model in catalogue.models.values():
            if schema["x-variant"] in model.like:
                _add_variant(contract, name, model, catalogue)
        _cover(schema, catalogue)
        _close(contract, name, catalogue)


def _cover(schema: Schema, catalogue: Catalogue) -> None:
    """Add the models of the rows that name the variant's page, and the one that the page shows."""
    field = schema["properties"]["model"]
    shown = models_of(schema) if _is_open(field) else ()
    page = schema["x-variant"]
    rows = [row for row in catalogue.models.values() if page in row.pages or row.name in shown]
    if _is_open(field):
        _hold(schema, "model", rows, catalogue)
        return
    for row in rows:
        if row.name not in field["enum"]:
            field["enum"].append(row.name)
            field.setdefault("x-enum-sources", {})[row.name] = _cite([row], catalogue)


def _close(contract: dict[str, Any], name: str, catalogue: Catalogue) -> None:
    """Limit the open sizes and lengths of a variant to the rows of its models.

    Models with different rows become variants of their own, so that none takes another's values.
    """
    schema = contract["components"]["schemas"][name]
    fields = [field for field in (*SIZE_FIELDS, *LENGTH_FIELDS) if _is_open_field(schema, field)]
    groups: dict[tuple[Any, ...], list[Model]] = {}
    for model in models_of(schema):
        if fields and model in catalogue.models:
            row = catalogue.models[model]
            values = tuple(tuple(_BY_ROW[field](row)) for field in fields)
            groups.setdefault(values, []).append(row)
    whole, others = copy.deepcopy(schema), list(groups.values())[1:]
    for rows in others:
        called = f"{schema['x-variant'].partition(':')[0]}:{rows[0].name}"
        apart = copy.deepcopy(whole) | {"x-variant": called}
        _put_beside(contract, name, apart, rows[0])
        _only(apart, rows)
        _hold_all(apart, fields, rows, catalogue)
        _forget_shown(apart, fields)
    for rows in list(groups.values())[:1]:
        if others:
            _only(schema, rows)
        _hold_all(schema, fields, rows, catalogue)
        _keep_shown(schema, fields)


def _hold_all(
    schema: Schema, fields: Sequence[str], rows: Sequence[Model], catalogue: Catalogue
) -> None:
    for field in fields:
        _hold(schema, field, rows, catalogue)


def _only(schema: Schema, rows: Sequence[Model]) -> None:
    """Remove the other models from a variant."""
    field, names = schema["properties"]["model"], [row.name for row in rows]
    sources = field.get("x-enum-sources", {})
    field["enum"] = [name for name in field.get("enum", names) if name in names]
    field["x-enum-sources"] = {name: sources[name] for name in names if name in sources}
    if field.get("example") not in names:
        field.pop("example", None)


def _hold(schema: Schema, name: str, rows: Sequence[Model], catalogue: Catalogue) -> None:
    """Limit an open field to the values of rows; it stays open if they have none."""
    field = schema["properties"][name]
    having: dict[Any, list[Model]] = {}
    for row in rows:
        for value in _typed(field, _BY_ROW[name](row)):
            having.setdefault(value, []).append(row)
    if having:
        sources = {str(value): _cite(those, catalogue) for value, those in having.items()}
        field |= {"enum": list(having), "x-enum-sources": sources, **_MARK}


def _keep_shown(schema: Schema, fields: Sequence[str]) -> None:
    """Allow what the page itself shows for a field: a catalogue only adds to that."""
    for field in (schema["properties"][name] for name in fields):
        shown = (field[word] for word in ("example", "default") if word in field)
        for value in shown if "enum" in field else ():
            if value not in field["enum"]:
                field["enum"].append(value)
                field["x-enum-sources"][str(value)] = field["x-source"]


def _forget_shown(schema: Schema, fields: Sequence[str]) -> None:
    """Drop what the page shows for another model than those of a variant."""
    for field in (schema["properties"][name] for name in fields):
        for word in ("example", "default"):
            if "enum" in field and field.get(word) not in field["enum"]:
                field.pop(word, None)


def _is_open_field(schema: Schema, name: str) -> bool:
    field = schema["properties"].get(name)
    return field is not None and field.get("type") in _SCALARS and _is_open(field)


def _is_open(field: Mapping[str, Any]) -> bool:
    """Whether the field has no values or limits, or has its values from a catalogue."""
    declared = field.get("x-declared", field)
    limited = any(keyword in declared for keyword in LIMITS) or (
        declared is field and "pattern" in field
    )
    return "x-vocabulary" in field or not (limited or "enum" in field)


def _typed(field: Mapping[str, Any], values: Sequence[Any]) -> Iterator[Any]:
    """A row's values as numbers where the field takes numbers, else as text."""
    kinds = {branch.get("type") for branch in (field, *field.get("anyOf", ()))}
    numbers = not kinds.isdisjoint(("integer", "number"))
    return (value if numbers else str(value) for value in values)


def _cite(rows: Sequence[Model], catalogue: Catalogue) -> str:
    named = ", ".join(f"{row.name} at {catalogue.path.name}:{row.line}" for row in rows)
    return f"model catalogue, {named} (inferred)"


def _add_variant(
    contract: dict[str, Any], base_name: str, model: Model, catalogue: Catalogue
) -> None:
    """Add a copy of a variant with the sizes and lengths of one row."""
    base = contract["components"]["schemas"][base_name]
    source = _cite([model], catalogue)
    schema = copy.deepcopy(base) | {
        "x-variant": f"{base['x-variant']}:{model.name}",
        "x-source": source,
        "x-standing": "inferred",
    }
    if not _put_beside(contract, base_name, schema, model):
        return
    for name, of_row in _BY_ROW.items():
        field = schema.get("properties", {}).get(name)
        if field is not None and (values := list(_typed(field, of_row(model)))):
            field["enum"] = values
            field["x-enum-sources"] = {str(value): source for value in values}
            for stale in ("example", "default", "x-vocabulary"):
                field.pop(stale, None)


def _put_beside(contract: dict[str, Any], base: str, schema: Schema, model: Model) -> bool:
    """Add a variant beside another; return False where the contract has it already.

    Raises:
        SpecError: another schema has its name.
    """
    schemas = contract["components"]["schemas"]
    name = f"{base}_{_UNNAMEABLE.sub('-', model.name)}"
    if name in schemas and schemas[name].get("x-variant") != schema["x-variant"]:
        raise name_clash(name)
    is_new = name not in schemas
    if is_new:
        schemas[name] = schema
        _refer(contract["paths"], *(f"#/components/schemas/{each}" for each in (base, name)))
    return is_new


def _refer(node: Any, beside: str, added: str) -> None:
    """Add a reference to ``added`` to every ``anyOf`` that has one to ``beside``."""
    if isinstance(node, dict):
        choices = node.get("anyOf")
        if isinstance(choices, list) and {"$ref": beside} in choices:
            choices.append({"$ref": added})
        for value in node.values():
            _refer(value, beside, added)
    elif isinstance(node, list):
        for value in node:
            _refer(value, beside, added)
