"""One form from the variants of a request: every field of any variant, what all require."""

from collections.abc import Mapping
from typing import Any

from openapi.contract.schemas import Schema
from openapi.documents.pointers import component_name, follow

Variants = Mapping[str, Schema]

_DEEPEST = 20
_LOWER = ("minimum", "minLength", "minItems")
_UPPER = ("maximum", "maxLength", "maxItems")
_FROM_ANY = ("description", "example")
_FROM_ALL = ("default", "pattern", "format", "nullable", "multipleOf", "items", "properties")


def variants_of(contract: Mapping[str, Any], schema: Schema) -> dict[str, Schema]:
    """The alternatives of a body's schema by name; the schema alone where it has none.

    Empty where one of them is not an object.
    """
    found = {}
    for number, choice in enumerate(schema.get("anyOf", schema.get("oneOf", (schema,))), start=1):
        variant = _flat(contract, choice)
        name = variant.get("x-variant") or component_name(choice) or str(number)
        found[name] = variant
    if any(one.get("type", "object") != "object" for one in found.values()):
        return {}
    return found


def _flat(contract: Mapping[str, Any], schema: Schema, depth: int = 0) -> Schema:
    """A schema with the fields of those that it is made of."""
    schema = follow(contract, schema)
    if "allOf" not in schema or depth > _DEEPEST:
        return schema
    whole = [*(_flat(contract, each, depth + 1) for each in schema["allOf"]), schema]
    flat = {key: value for each in whole for key, value in each.items() if key != "allOf"}
    flat["properties"] = {key: value for each in whole for key, value in _of(each).items()}
    flat["required"] = list(dict.fromkeys(name for each in whole for name in _required(each)))
    return flat


def one_form(variants: Variants) -> dict[str, Any]:
    """The union of the variants; what differs stands in descriptions and ``x-variants``."""
    names = dict.fromkeys(name for one in variants.values() for name in one.get("properties", {}))
    required = [name for name in names if all(name in _required(v) for v in variants.values())]
    form: dict[str, Any] = {
        "type": "object",
        "description": _differences(variants, required),
        "x-variants": {name: {"required": _required(one)} for name, one in variants.items()},
        "properties": {name: _field(name, variants) for name in names},
    }
    if required:
        form["required"] = required
    return form


def _required(variant: Schema) -> list[str]:
    return list(variant.get("required", ()))


def _differences(variants: Variants, required: list[str]) -> str:
    parts = []
    for name, variant in variants.items():
        more = [field for field in _required(variant) if field not in required]
        parts.append(f"{name} also requires {', '.join(more)}" if more else f"{name} needs no more")
    return f"A valid request fits one variant: {'; '.join(parts)}."


def _field(name: str, variants: Variants) -> dict[str, Any]:
    """One field with what any variant takes in it."""
    having = {key: one["properties"][name] for key, one in variants.items() if name in _of(one)}
    field = united(list(having.values()))
    notes = [str(field["description"]).rstrip(".") + "."] if field.get("description") else []
    if len(having) < len(variants):
        # A generated client sends a default even where the variant has no such field.
        field.pop("default", None)
        field["x-variants"] = list(having)
        notes.append(f"Only in {', '.join(having)}.")
    if len({str(one.get("enum")) for one in having.values()}) > 1:
        notes += [f"{key}: {_values(one)}." for key, one in having.items()]
    if notes and "$ref" not in field:
        field["description"] = " ".join(notes)
    return field


def _of(variant: Schema) -> Mapping[str, Any]:
    properties: Mapping[str, Any] = variant.get("properties", {})
    return properties


def _values(field: Schema) -> str:
    return ", ".join(map(str, field["enum"])) if "enum" in field else "any value"


def united(fields: list[Schema]) -> dict[str, Any]:
    """One field that takes what any of the fields takes, where they have a type in common."""
    choices = _common_types([_alternatives(field) for field in fields])
    first = choices[0]
    if any("$ref" in one or one.get("type") != first.get("type") for one in choices):
        return dict(first)
    one: dict[str, Any] = {"type": first["type"]} if "type" in first else {}
    for key in _FROM_ANY:
        found = next((field[key] for field in (*choices, *fields) if key in field), None)
        if found is not None:
            one[key] = found
    one |= {key: first[key] for key in _FROM_ALL if key in first and _same(choices, key)}
    one |= _limits(choices)
    if all("enum" in choice for choice in choices):
        one["enum"] = list(dict.fromkeys(value for each in choices for value in each["enum"]))
    return one


def _same(choices: list[Schema], key: str) -> bool:
    return all(one.get(key) == choices[0][key] for one in choices)


def _limits(choices: list[Schema]) -> dict[str, Any]:
    """The loosest of each limit that every choice sets."""
    return {
        key: (min if key in _LOWER else max)(one[key] for one in choices)
        for key in (*_LOWER, *_UPPER)
        if all(key in one for one in choices)
    }


def _alternatives(field: Schema) -> list[Schema]:
    return list(field.get("anyOf", (field,)))


def _common_types(fields: list[list[Schema]]) -> list[Schema]:
    """One alternative of each field, all of the type that every field takes where there is one."""
    for candidate in fields[0]:
        kind = candidate.get("type")
        picked = [[one for one in each if one.get("type") == kind] for each in fields]
        if all(picked):
            return [each[0] for each in picked]
    return [each[0] for each in fields]
