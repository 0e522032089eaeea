"""Repeatable example values for the schemas of a built contract."""

from collections.abc import Iterator, Mapping
from typing import Any

from openapi.contract import example_texts
from openapi.contract.schemas import Schema
from openapi.documents.places import operations
from openapi.documents.pointers import component_name, follow

_DEPTH = 6
_MOST_ITEMS = 100
# Objects that no field of theirs names, and the ids that they are known by.
_ID_NAMES = {"Character": "character_id", "SoraCharacter": "character_id", "Model": "model"}


class NoExampleError(Exception):
    """There is no example value: the content is bytes, or the schema contains itself."""


class Examples:
    """Example values for schemas, taken from the contract itself where possible."""

    def __init__(self, contract: Mapping[str, Any], shown: Mapping[str, Any] | None = None) -> None:
        """Collect the values that the contract has for fields and parameters, by their names.

        ``shown`` are whole examples by the reference of their schema, such as
        ``#/components/schemas/Video``.
        """
        self._contract = contract
        self._shown = shown or {}
        self._known = dict(reversed(list(_given(contract))))

    def of(self, schema: Schema, name: str = "", depth: int = 0) -> Any:
        """Return the schema's example, default or first choice, else a value made from its type.

        ``name`` is the name of the field or parameter that the schema belongs to.

        Raises:
            NoExampleError: the schema describes bytes, or contains itself.
        """
        if schema.get("$ref") in self._shown:
            return self._shown[schema["$ref"]]
        owner = component_name(schema) if "$ref" in schema else ""
        schema = follow(self._contract, schema)
        if schema.get("format") == "binary" or depth > _DEPTH:
            raise NoExampleError
        given = _own(schema)
        if given is not None or schema.get("enum") == [None]:
            return given
        choices = schema.get("anyOf") or schema.get("oneOf")
        if choices and "properties" not in schema:
            return self.of(choices[0], name, depth + 1)
        return self._made(schema, owner if owner in _ID_NAMES else name, depth)

    def _made(self, schema: Schema, name: str, depth: int) -> Any:
        kind = schema.get("type", "object" if {"properties", "allOf"} & set(schema) else "string")
        if kind == "object":
            return self._members(schema, name, depth)
        if kind == "array":
            count = min(max(1, schema.get("minItems", 0)), _MOST_ITEMS)
            return [self.of(schema.get("items", {}), name, depth + 1)] * count
        if kind in ("integer", "number"):
            return example_texts.number(schema, name)
        if kind == "boolean":
            return True
        return example_texts.text(schema, name, self._known.get(name.replace("[id]", "_id")))

    def _members(self, schema: Schema, owner: str, depth: int) -> dict[str, Any]:
        """The required fields and those with an example; all fields where none is required."""
        made: dict[str, Any] = {}
        for part in schema.get("allOf", ()):
            made |= self.of(part, "", depth + 1)
        required = schema.get("required", ())
        properties = schema.get("properties", {})
        known_as = {"id": _id_name(properties, owner)}
        for name, field in properties.items():
            if required and name not in required and "example" not in field:
                continue
            try:
                made[name] = self.of(field, known_as.get(name, name), depth + 1)
            except NoExampleError:
                # The linters ask for every required field; importers show a file chooser.
                if name in required:
                    file = f"{name}.bin"
                    made[name] = [file] if field.get("type") == "array" else file
        return _with_ends(made)


def parameters_of(contract: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every parameter object of a contract, those of its components included."""
    yield from contract["components"].get("parameters", {}).values()
    for item in contract["paths"].values():
        yield from item.get("parameters", ())
    for _, operation in operations(contract):
        yield from operation.get("parameters", ())


def _given(contract: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for parameter in parameters_of(contract):
        if "example" in parameter:
            yield parameter["name"], parameter["example"]
    for schema in contract["components"]["schemas"].values():
        for name, field in schema.get("properties", {}).items():
            given = _own(follow(contract, field))
            if given is not None:
                yield name, given


def _own(schema: Schema) -> Any:
    """The value that a schema itself gives; None where it gives none."""
    for key in ("example", "default"):
        if key in schema:
            return schema[key]
    return next(iter(schema.get("enum", ())), None)


def _id_name(properties: Schema, owner: str) -> str:
    """The full name of an object's ``id``: that of the path parameter which asks for it."""
    kind = _own(properties.get("object", {}))
    if owner in _ID_NAMES or kind is None:
        return _ID_NAMES.get(owner, "id")
    return f"{str(kind).removesuffix('.deleted')}_id"


def _with_ends(made: dict[str, Any]) -> dict[str, Any]:
    """A page whose first and last ids are those of its entries."""
    data = made.get("data")
    if isinstance(data, list) and data and "first_id" in made:
        made |= {"first_id": data[0]["id"], "last_id": data[-1]["id"]}
    return made
