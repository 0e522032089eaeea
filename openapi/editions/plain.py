"""Rewrites the schemas of a contract so that generators make usable types of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openapi.contract.schemas import Schema
from openapi.documents.places import is_map_of_names, parts
from openapi.documents.pointers import Steps, component_name, follow
from openapi.editions.forms import united

Contract = dict[str, Any]

_BOOLEAN = ("true", "false")
_MISSPELT = "ture"
_SCALARS = frozenset({"string", "integer", "number", "boolean"})
_MILLISECONDS = 10**12
_TIME_ENDINGS = ("_at", "_time", "_ms", "created", "timestamp")


def simplify(contract: Contract) -> None:
    """Write choices of one plainly, and leave out fields that nothing fits and misspelt words."""
    for _, node in nodes(contract):
        _leave_out_impossible(node)
        _write_choice(contract, node)
        _correct_boolean(node)
    _follow_aliases(contract)
    _correct_examples(contract)


def mark_times(contract: Contract) -> None:
    """Give integers that hold an instant, or milliseconds, 64 bits."""
    for _, node in nodes(contract):
        for name, field in node.get("properties", {}).items():
            if isinstance(field, dict) and field.get("type") == "integer":
                late = field.get("minimum", 0) >= _MILLISECONDS
                if late or name.lower().endswith(_TIME_ENDINGS):
                    field.setdefault("format", "int64")


def nodes(contract: Contract) -> Iterator[tuple[Steps, dict[str, Any]]]:
    """Every object that may be a schema, to be changed in place."""
    for pointer, node in list(parts(contract)):
        if isinstance(node, dict) and not is_map_of_names(pointer):
            yield pointer, node


def is_narrowed(contract: Mapping[str, Any], schema: Schema) -> bool:
    """Whether a schema is another one with closer limits for some of its fields."""
    first, *others = schema.get("allOf") or [{}]
    known = follow(contract, first).get("properties", {})
    return (
        "$ref" in first
        and bool(others)
        and all(set(each) <= {"type", "properties"} for each in others)
        and all(set(each.get("properties", {})) <= set(known) for each in others)
    )


def _leave_out_impossible(node: dict[str, Any]) -> None:
    properties = node.get("properties")
    if isinstance(properties, dict):
        for name in [each for each, field in properties.items() if field.get("not") == {}]:
            del properties[name]


def _write_choice(contract: Contract, node: dict[str, Any]) -> None:
    """Write a choice of one as that one, and a choice of required fields as a description."""
    if is_narrowed(contract, node):
        node["allOf"] = node["allOf"][:1]
    for keyword in ("anyOf", "oneOf", "allOf"):
        choices = node.get(keyword)
        if not isinstance(choices, list) or not choices:
            continue
        if len(choices) == 1:
            del node[keyword]
            _replace(node, choices[0])
        elif keyword != "allOf" and _are_of_one_type(choices):
            del node[keyword]
            _replace(node, _one_of_type(choices))
        elif "properties" in node and all(set(one) == {"required"} for one in choices):
            del node[keyword]
            groups = " or ".join(" with ".join(one["required"]) for one in choices)
            text = f"{'At least' if keyword == 'anyOf' else 'Exactly'} one of: {groups}."
            node["description"] = f"{node.get('description', '')} {text}".strip()


def _replace(node: dict[str, Any], only: dict[str, Any]) -> None:
    if "$ref" in only:
        node.clear()
    node.update(only)


def _are_of_one_type(choices: Sequence[Schema]) -> bool:
    """Whether all choices are texts, or all numbers, of different values or limits."""
    kinds = {choice.get("type") for choice in choices}
    return len(kinds) == 1 and kinds <= _SCALARS and all("format" not in each for each in choices)


def _one_of_type(choices: Sequence[Schema]) -> dict[str, Any]:
    """What any of the choices takes; the values of some are known where others take any."""
    one = united(list(choices))
    known = list(dict.fromkeys(value for each in choices for value in each.get("enum", ())))
    return one if "enum" in one or not known else {**one, "x-known-values": known}


def _correct_boolean(node: dict[str, Any]) -> None:
    """A choice of the words true and false has no third word."""
    enum = node.get("enum")
    if isinstance(enum, list) and set(_BOOLEAN) < set(enum):
        node["enum"] = [value for value in enum if value in _BOOLEAN]
        node.pop("x-enum-sources", None)


def _correct_examples(contract: Contract) -> None:
    """Give examples and defaults the word that is meant."""
    for _, node in parts(contract):
        for key in ("example", "examples", "default"):
            if isinstance(node, dict) and key in node:
                node[key] = _corrected(node[key])


def _corrected(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _corrected(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_corrected(member) for member in value]
    return "true" if value == _MISSPELT else value


def _follow_aliases(contract: Contract) -> None:
    """Name a schema itself where another name only refers to it."""
    schemas = contract["components"]["schemas"]
    aliases = {name: one["$ref"] for name, one in schemas.items() if set(one) == {"$ref"}}
    for _, node in nodes(contract):
        seen: set[str] = set()
        while (name := component_name(node)) in aliases and name not in seen:
            seen.add(name)
            node["$ref"] = aliases[name]
