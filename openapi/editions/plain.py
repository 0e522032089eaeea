"""Rewrites a contract for generators: schemas that make usable types, and an example for all."""

from collections.abc import Iterator
from typing import Any

from openapi.contract.examples import Examples, NoExampleError, parameters_of
from openapi.documents.places import is_map_of_names, operations, parts
from openapi.documents.pointers import Steps, component_name

Contract = dict[str, Any]

_BOOLEAN = ("true", "false")
_MILLISECONDS = 10**12
_TIME_ENDINGS = ("_at", "_time", "created")
_CURSORS = ("after", "before")
_PROVENANCE = ("x-enum-sources", "x-vocabulary", "x-sources")


def simplify(contract: Contract) -> None:
    """Write choices of one plainly, and leave out fields that nothing fits and misspelt words."""
    for _, node in _nodes(contract):
        _leave_out_impossible(node)
        _write_choice(node)
        _correct_boolean(node)


def open_statuses(contract: Contract) -> None:
    """Let a status of a response be any text; its known values are listed in its description."""
    for name, schema in _response_schemas(contract):
        for field_name, field in schema.get("properties", {}).items():
            if field_name.endswith("status") and len(field.get("enum", ())) > 1:
                _open(field, name)


def mark_times(contract: Contract) -> None:
    """Give integers that hold an instant 64 bits."""
    for _, node in _nodes(contract):
        for name, field in node.get("properties", {}).items():
            if isinstance(field, dict) and field.get("type") == "integer":
                late = field.get("minimum", 0) >= _MILLISECONDS
                if late or name.endswith(_TIME_ENDINGS):
                    field.setdefault("format", "int64")


def name_enums(contract: Contract) -> None:
    """Make every choice of values a named schema; equal choices of one field share the name."""
    schemas = contract["components"]["schemas"]
    named: dict[tuple[str, str], str] = {}
    for owner, schema in list(schemas.items()):
        for field_name, field in schema.get("properties", {}).items():
            if len(field.get("enum", ())) <= 1:
                continue
            content = {key: field[key] for key in field if key not in _PROVENANCE}
            key = (field_name, str(content))
            if key not in named:
                named[key] = _enum_name(schemas, owner, field_name)
                schemas[named[key]] = content
            schema["properties"][field_name] = {"$ref": f"#/components/schemas/{named[key]}"}


def _nodes(contract: Contract) -> Iterator[tuple[Steps, dict[str, Any]]]:
    """Every object that may be a schema, to be changed in place."""
    for pointer, node in list(parts(contract)):
        if isinstance(node, dict) and not is_map_of_names(pointer):
            yield pointer, node


def _leave_out_impossible(node: dict[str, Any]) -> None:
    properties = node.get("properties")
    if isinstance(properties, dict):
        for name in [each for each, field in properties.items() if field.get("not") == {}]:
            del properties[name]


def _write_choice(node: dict[str, Any]) -> None:
    """A choice of one becomes that one; a choice of required fields becomes a description."""
    for keyword in ("anyOf", "oneOf", "allOf"):
        choices = node.get(keyword)
        if not isinstance(choices, list) or not choices:
            continue
        if len(choices) == 1:
            del node[keyword]
            _replace(node, choices[0])
        elif "properties" in node and all(set(one) == {"required"} for one in choices):
            del node[keyword]
            groups = " or ".join(" with ".join(one["required"]) for one in choices)
            text = f"{'At least' if keyword == 'anyOf' else 'Exactly'} one of: {groups}."
            node["description"] = f"{node.get('description', '')} {text}".strip()


def _replace(node: dict[str, Any], only: dict[str, Any]) -> None:
    if "$ref" in only:
        node.clear()
    node.update(only)


def _correct_boolean(node: dict[str, Any]) -> None:
    """A choice of the words true and false has no third word."""
    enum = node.get("enum")
    if isinstance(enum, list) and set(_BOOLEAN) < set(enum):
        node["enum"] = [value for value in enum if value in _BOOLEAN]
        for key in ("example", "default"):
            if key in node and node[key] not in _BOOLEAN:
                node[key] = "true"


def _response_schemas(contract: Contract) -> Iterator[tuple[str, dict[str, Any]]]:
    """Named schemas that are reached from responses alone."""
    used: set[str] = set()
    for pointer, node in parts(contract):
        if "requestBody" in pointer and isinstance(node.get("$ref"), str):
            used.add(component_name(node))
    schemas = contract["components"]["schemas"]
    yield from ((name, schema) for name, schema in schemas.items() if name not in used)


def _open(field: dict[str, Any], owner: str) -> None:
    values = field.pop("enum")
    field["x-known-values"] = values
    field.setdefault("example", values[0])
    said = f"Known values: {', '.join(map(str, values))}; a client has to accept others."
    field["description"] = f"{field.get('description', f'State of the {owner}.')} {said}"
    for key in _PROVENANCE:
        field.pop(key, None)


def _enum_name(schemas: dict[str, Any], owner: str, field_name: str) -> str:
    words = "".join(" " if not one.isalnum() else one for one in field_name).split()
    name = owner + "".join(word[:1].upper() + word[1:] for word in words)
    while name in schemas:
        name += "Value"
    return name


def add_examples(contract: Contract) -> None:
    """Add the examples that are missing; content of bytes has none."""
    examples = Examples(contract)
    named = ((each, each.get("name", "")) for each in parameters_of(contract))
    for parameter, name in (*_cursors(contract), *named):
        if not {"$ref", "example", "examples"} & set(parameter):
            _add(examples, parameter, name)
    for media in _media(contract):
        if "schema" in media and not {"example", "examples"} & set(media):
            _add(examples, media, "")


def _add(examples: Examples, holder: dict[str, Any], name: str) -> None:
    try:
        holder["example"] = examples.of(holder.get("schema", {}), name)
    except NoExampleError:
        return


def _cursors(contract: Contract) -> Iterator[tuple[dict[str, Any], str]]:
    """Parameters that continue a list, each with the name of the id that its entries have."""
    paths = contract["paths"]
    for (_, path, _), operation in operations(contract):
        item = next((each for each in paths if each.startswith(f"{path}/{{")), "")
        for parameter in operation.get("parameters", ()):
            if parameter.get("name") in _CURSORS and item:
                yield parameter, item.removeprefix(f"{path}/{{").partition("}")[0]


def _media(contract: Contract) -> Iterator[dict[str, Any]]:
    holders = list(contract["components"].get("responses", {}).values())
    for _, operation in operations(contract):
        holders += [operation.get("requestBody", {}), *operation["responses"].values()]
    for holder in holders:
        yield from holder.get("content", {}).values()
