"""OpenAPI 3.0 schemas as JSON Schema: what validators are compiled from.

A file in a form is an object here (``FILE``), so that text sent for a file, or a file for text,
fails by its type.
"""

from collections.abc import Mapping
from typing import Any

import jsonschema_rs

FILE: dict[str, Any] = {}
_FILE_SCHEMA = {"type": "object"}


def convert(node: Any) -> Any:
    """Translate ``nullable`` and ``format: binary``; drop nothing else."""
    if isinstance(node, list):
        return [convert(item) for item in node]
    if not isinstance(node, Mapping):
        return node
    if node.get("format") == "binary" and node.get("type") == "string":
        return {**_FILE_SCHEMA, **{key: node[key] for key in node if key.startswith("x-")}}
    converted = {key: convert(value) for key, value in node.items() if key != "nullable"}
    if node.get("nullable") and isinstance(node.get("type"), str):
        converted["type"] = [node["type"], "null"]
        if "enum" in converted:
            converted["enum"] = [*converted["enum"], None]
    return converted


class SchemaCompiler:
    """Compiles schemas of one contract; references resolve within that contract."""

    def __init__(self, contract: Mapping[str, Any]) -> None:
        """Convert the contract's named schemas once."""
        self._schemas = convert(contract.get("components", {}).get("schemas", {}))

    def compile(self, schema: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
        """A validator for ``schema``, which may refer to the contract's named schemas."""
        document = {**convert(schema), "components": {"schemas": self._schemas}}
        return jsonschema_rs.Draft202012Validator(document)
