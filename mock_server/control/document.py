"""Reads the control API's own OpenAPI file into the form that the serving layer takes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openapi.contract.document import load_contract

FILE = Path(__file__).with_name("control.yaml")
_KEPT = "schemas"


def load_document(path: Path = FILE) -> dict[str, Any]:
    """The document, every reference but those to named schemas replaced by what it points to.

    The parameters of a path become parameters of each of its operations.

    Raises:
        SpecError: the file cannot be read.
    """
    document = load_contract(path)
    whole: dict[str, Any] = _inlined(document, document["components"])
    for item in whole["paths"].values():
        shared = item.pop("parameters", [])
        for operation in item.values():
            operation["parameters"] = [*shared, *operation.get("parameters", [])]
    return whole


def _inlined(node: Any, components: Mapping[str, Any]) -> Any:
    if isinstance(node, list):
        return [_inlined(part, components) for part in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        kind, name = node["$ref"].split("/")[2:]
        return node if kind == _KEPT else _inlined(components[kind][name], components)
    return {key: _inlined(value, components) for key, value in node.items()}
