"""An example for every parameter and media type, from the contract's own values where possible."""

from collections.abc import Iterator, Mapping
from typing import Any

from openapi.contract.document import operations
from openapi.documents.pointers import follow

Contract = dict[str, Any]
Schema = Mapping[str, Any]

_DEPTH = 6
_INSTANT = 1762326617
_ID = "6048220c30c04a6a9dbd"
_TEXTS = {"prompt": "A calico cat playing a piano on stage", "url": "https://example.com/video.mp4"}


class NoExampleError(Exception):
    """No value can be given: the content is bytes, or the schema does not end."""


class Examples:
    """Makes values for the schemas of one contract, the same ones each time."""

    def __init__(self, contract: Contract) -> None:
        """Collect the values that the contract itself gives for a field or parameter of a name."""
        self._contract = contract
        self._known = dict(reversed(list(_given(contract))))

    def of(self, schema: Schema, name: str = "", depth: int = 0) -> Any:
        """A value: the schema's example, default or first choice, else one made from its type.

        Raises:
            NoExampleError: the schema stands for bytes, or refers to itself without end.
        """
        schema = follow(self._contract, schema)
        if schema.get("format") == "binary" or depth > _DEPTH:
            raise NoExampleError
        given = _own(schema)
        if given is not None:
            return given
        choices = schema.get("anyOf") or schema.get("oneOf")
        if choices and "properties" not in schema:
            return self.of(choices[0], name, depth + 1)
        return self._made(schema, name, depth)

    def _made(self, schema: Schema, name: str, depth: int) -> Any:
        kind = schema.get("type", "object" if {"properties", "allOf"} & set(schema) else "string")
        if kind == "object":
            return self._members(schema, depth)
        if kind == "array":
            count = max(1, schema.get("minItems", 0))
            return [self.of(schema.get("items", {}), name, depth + 1)] * count
        if kind in ("integer", "number"):
            return _number(schema)
        return True if kind == "boolean" else self._text(schema, name)

    def _members(self, schema: Schema, depth: int) -> dict[str, Any]:
        """The required fields and those with an example; all fields where none is required."""
        made: dict[str, Any] = {}
        for part in schema.get("allOf", ()):
            made |= self.of(part, "", depth + 1)
        required = schema.get("required", ())
        properties = schema.get("properties", {})
        kind = str(_own(properties.get("object", {})))
        for name, field in properties.items():
            if required and name not in required and "example" not in field:
                continue
            try:
                full_name = f"{kind}_id" if name == "id" and kind != "None" else name
                made[name] = self.of(field, full_name, depth + 1)
            except NoExampleError:
                # The linters ask for every required field; importers show a file chooser.
                if name in required:
                    made[name] = f"{name}.bin"
        return made

    def _text(self, schema: Schema, name: str) -> str:
        known = self._known.get(name.replace("[id]", "_id"))
        if not isinstance(known, str):
            known = _TEXTS.get(name) or _made_text(name)
        return known.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]


def add_examples(contract: Contract) -> None:
    """Add the examples that are missing; content of bytes has none."""
    examples = Examples(contract)
    for parameter in _parameters(contract):
        if not {"$ref", "example", "examples"} & set(parameter):
            _add(examples, parameter, parameter.get("name", ""))
    for media in _media(contract):
        if "schema" in media and not {"example", "examples"} & set(media):
            _add(examples, media, "")


def _add(examples: Examples, holder: dict[str, Any], name: str) -> None:
    try:
        holder["example"] = examples.of(holder.get("schema", {}), name)
    except NoExampleError:
        return


def _own(schema: Schema) -> Any:
    """The value that a schema itself gives; None where it gives none."""
    for key in ("example", "default"):
        if key in schema:
            return schema[key]
    return next(iter(schema.get("enum", ())), None)


def _given(contract: Contract) -> Iterator[tuple[str, Any]]:
    for parameter in _parameters(contract):
        if "example" in parameter:
            yield parameter["name"], parameter["example"]
    for schema in contract["components"]["schemas"].values():
        for name, field in schema.get("properties", {}).items():
            given = _own(follow(contract, field))
            if given is not None:
                yield name, given


def _number(schema: Schema) -> Any:
    least = schema.get("minimum", 1)
    if schema.get("format") == "int64":
        return _INSTANT if least <= _INSTANT else max(least, _INSTANT * 1000)
    return least


def _made_text(name: str) -> str:
    if name.endswith("_id"):
        return f"{name.removesuffix('_id').replace('.', '_')}_{_ID}"
    return "https://example.com/" if name.endswith("url") else "example"


def _parameters(contract: Contract) -> Iterator[dict[str, Any]]:
    yield from contract["components"].get("parameters", {}).values()
    for item in contract["paths"].values():
        yield from item.get("parameters", ())
    for _, operation in operations(contract):
        yield from operation.get("parameters", ())


def _media(contract: Contract) -> Iterator[dict[str, Any]]:
    holders = list(contract["components"].get("responses", {}).values())
    for _, operation in operations(contract):
        holders += [operation.get("requestBody", {}), *operation["responses"].values()]
    for holder in holders:
        yield from holder.get("content", {}).values()
