"""OpenAPI 3.0 schemas as JSON Schema, from which validators are compiled.

A file in a form is an object here (``FILE``), so that text sent for a file, or a file for text,
fails by its type.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import unquote

import jsonschema_rs

from openapi.documents.pointers import follow, steps_of

Schema = Mapping[str, Any]
Validator = jsonschema_rs.Draft202012Validator
SchemaError = jsonschema_rs.ValidationError

# The keywords that limit a number.
LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
FILE: dict[str, Any] = {}
_FILE_SCHEMA = {"type": "object"}
_MAPS = frozenset({"properties", "patternProperties"})
_VALUES = frozenset({"example", "default", "enum"})
_NAMED = "#/components/schemas/"
_NAME_AT = 2


def convert(node: Any, *, names: bool = False) -> Any:
    """Translate ``nullable``, ``format: binary`` and exclusive limits; drop nothing else.

    With ``names`` the keys of ``node`` are names of fields rather than keywords.
    """
    if isinstance(node, list):
        return [convert(item) for item in node]
    if not isinstance(node, Mapping):
        return node
    if names:
        return {name: convert(member) for name, member in node.items()}
    if node.get("format") == "binary" and node.get("type") == "string":
        return {**_FILE_SCHEMA, **{key: node[key] for key in node if key.startswith("x-")}}
    converted = {key: _member(key, value) for key, value in node.items() if key != "nullable"}
    if node.get("nullable") is True and isinstance(node.get("type"), str):
        converted["type"] = [node["type"], "null"]
        if "enum" in converted:
            converted["enum"] = [*converted["enum"], None]
    return _with_limits(converted)


def _member(key: str, value: Any) -> Any:
    if key in _VALUES or key.startswith("x-"):
        return value
    return convert(value, names=key in _MAPS)


def _with_limits(schema: dict[str, Any]) -> dict[str, Any]:
    """OpenAPI 3.0 marks a limit as exclusive; JSON Schema has a limit of its own for that."""
    for limit, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        marked = schema.get(exclusive)
        if isinstance(marked, bool):
            del schema[exclusive]
            if marked and limit in schema:
                schema[exclusive] = schema.pop(limit)
    return schema


def accepts_its_default(schema: Schema) -> bool:
    """Whether a schema has no default, or one that fits it; False if it cannot be compiled."""
    if "default" not in schema:
        return True
    try:
        validator = jsonschema_rs.Draft4Validator(dict(schema), validate_formats=False)
    except ValueError:
        return False
    return validator.is_valid(schema["default"])


class SchemaCompiler:
    """Compiles schemas of one contract; references resolve within that contract."""

    def __init__(self, contract: Mapping[str, Any]) -> None:
        """Schemas are converted at first use, because conversion takes time."""
        self._contract = contract

    def follow(self, node: Schema) -> Schema:
        """Return the node itself, or the target of its reference; empty if that does not exist."""
        return follow(self._contract, node) if "$ref" in node else node

    def compile(self, schema: Schema) -> Validator:
        """Return a validator for ``schema``, which may refer to the contract's named schemas.

        Raises:
            SchemaError: it is not JSON Schema; the error's instance path leads to what is wrong.
        """
        converted = convert(schema)
        needed = {name: self._schemas[name] for name in self._reached(converted)}
        document = {**converted, "components": {"schemas": needed}}
        return jsonschema_rs.Draft202012Validator(document)

    @cached_property
    def _schemas(self) -> dict[str, Any]:
        found: dict[str, Any] = convert(
            self._contract.get("components", {}).get("schemas", {}), names=True
        )
        return found

    @cached_property
    def _named(self) -> dict[str, frozenset[str]]:
        """The named schemas that each named schema refers to."""
        return {name: frozenset(_names(schema)) for name, schema in self._schemas.items()}

    def _reached(self, schema: Any) -> set[str]:
        """The named schemas that a schema refers to; fewer of them compile faster."""
        reached: set[str] = set()
        left = set(_names(schema))
        while left:
            name = left.pop()
            if name in self._schemas:
                reached.add(name)
                left |= self._named[name] - reached
        return reached


def _names(node: Any) -> Iterator[str]:
    """The named schemas that are referred to anywhere within a schema."""
    if isinstance(node, list):
        for item in node:
            yield from _names(item)
    elif isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith(_NAMED):
            yield steps_of(unquote(reference))[_NAME_AT]
        for member in node.values():
            yield from _names(member)
