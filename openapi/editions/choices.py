"""Names the choices of values of a contract, and opens those that a gateway may add to."""

from collections.abc import Iterator, Mapping
from typing import Any

from openapi.documents.places import is_name, operations, parts
from openapi.documents.pointers import Steps, component_name, follow, value_at
from openapi.editions.plain import nodes

Contract = dict[str, Any]

_SCHEMAS = ("components", "schemas")
_RESPONSES = ("components", "responses")
_STATUS_ENDINGS = ("status", "state")
_PROVENANCE = ("x-enum-sources", "x-vocabulary", "x-sources")
# Steps that stand between the name of a field and its schema.
_BETWEEN = frozenset({"schema", "items", "anyOf", "oneOf", "allOf", "additionalProperties"})
_RESPONSES_AT = 3


def open_statuses(contract: Contract) -> None:
    """Let a status of a response be any text; its known values are listed in its description."""
    sent = _sent_names(contract)
    for pointer, node in nodes(contract):
        if _is_received(pointer, sent):
            owner = str(pointer[2]) if len(pointer) == len((*_SCHEMAS, "name")) else ""
            for name, field in node.get("properties", {}).items():
                values = follow(contract, field).get("enum", ())
                if name.lower().endswith(_STATUS_ENDINGS) and len(values) > 1:
                    node["properties"][name] = _opened(follow(contract, field), owner)


def name_enums(contract: Contract) -> None:
    """Make every choice of values a named schema; equal choices of one field share the name."""
    schemas = contract["components"]["schemas"]
    named: dict[tuple[str, str], str] = {}
    for pointer, node in nodes(contract):
        is_schema = pointer[:2] == _SCHEMAS and len(pointer) == len((*_SCHEMAS, "name"))
        if is_schema or len(node.get("enum", ())) <= 1:
            continue
        content = {key: node[key] for key in node if key not in _PROVENANCE}
        owner, field_name = _names(contract, pointer)
        key = (field_name, str(content))
        if key not in named:
            named[key] = free_name(schemas, f"{camel(owner)}{camel(field_name)}", "Value")
            schemas[named[key]] = content
        node.clear()
        node["$ref"] = f"#/components/schemas/{named[key]}"


def camel(text: str) -> str:
    """A name of a type from any text: words without what stands between them."""
    words = "".join(one if one.isalnum() else " " for one in text).split()
    return "".join(f"{word[:1].upper()}{word[1:]}" for word in words)


def free_name(schemas: Mapping[str, Any], name: str, suffix: str) -> str:
    """A name that no schema has."""
    while name in schemas:
        name += suffix
    return name


def _sent_names(contract: Contract) -> set[str]:
    """The named schemas that requests use, and those that these use."""
    waiting = [
        node
        for _, operation in operations(contract)
        for node in (operation.get("requestBody", {}), *operation.get("parameters", ()))
    ]
    found: set[str] = set()
    while waiting:
        for _, node in parts(waiting.pop()):
            name = component_name(node)
            if name and name not in found:
                found.add(name)
                waiting.append(dict(follow(contract, node)))
    return found


def _is_received(pointer: Steps, sent: set[str]) -> bool:
    if pointer[:2] == _SCHEMAS:
        return len(pointer) > len(_SCHEMAS) and pointer[2] not in sent
    inline = len(pointer) > _RESPONSES_AT and pointer[_RESPONSES_AT] == "responses"
    return pointer[:2] == _RESPONSES or inline


def _opened(field: Mapping[str, Any], owner: str) -> dict[str, Any]:
    values = field["enum"]
    said = f"Known values: {', '.join(map(str, values))}; a client has to accept others."
    what = field.get("description") or f"State of the {owner or 'object'}."
    kept = {key: value for key, value in field.items() if key not in ("enum", *_PROVENANCE)}
    return {
        **kept,
        "x-known-values": values,
        "example": field.get("example", values[0]),
        "description": f"{what} {said}",
    }


def _names(contract: Contract, pointer: Steps) -> tuple[str, str]:
    """The names of the owner of a schema and of the field, parameter or header that it is of."""
    owner = next(_owners(contract, pointer), "")
    at = len(pointer)
    while at > 0 and (pointer[at - 1] in _BETWEEN or isinstance(pointer[at - 1], int)):
        if is_name(pointer[:at]):
            break
        at -= 1
        holder = value_at(contract, pointer[:at])
        if isinstance(holder, Mapping) and "in" in holder and "name" in holder:
            return owner, str(holder["name"])
    return owner, str(pointer[at - 1])


def _owners(contract: Contract, pointer: Steps) -> Iterator[str]:
    """What a schema belongs to: a named component, or an operation."""
    if pointer[0] == "components":
        yield str(pointer[2])
    for depth in range(len(pointer)):
        part = value_at(contract, pointer[:depth])
        if isinstance(part, Mapping) and "operationId" in part:
            yield str(part["operationId"])
