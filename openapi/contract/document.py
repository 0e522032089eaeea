"""Loads the document of a built contract, and removes components that are not used."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openapi.documents.located import load
from openapi.documents.places import operations, parts
from openapi.errors import SpecError


def load_contract(path: Path) -> dict[str, Any]:
    """Read the contract in a file.

    Raises:
        SpecError: the file cannot be read, or is not an OpenAPI 3.0 document with paths.
    """
    located = load(path)
    data = located.data
    if not isinstance(data, dict) or not str(data.get("openapi", "")).startswith("3.0"):
        raise _no_contract(path, "it is not an OpenAPI 3.0 document")
    if not isinstance(data.get("paths"), dict) or not data["paths"]:
        raise _no_contract(path, "it has no paths")
    for pointer, operation in operations(data):
        if "operationId" not in operation or not isinstance(operation.get("responses"), dict):
            lacks = "operationId" if "operationId" not in operation else "responses"
            why = f"{str(pointer[2]).upper()} {pointer[1]} has no {lacks}"
            raise _no_contract(path, why, located.line(pointer))
    data.setdefault("components", {}).setdefault("schemas", {})
    return data


def remove_unused(contract: Mapping[str, Any], kinds: Sequence[str]) -> None:
    """Remove components of these kinds, such as ``schemas``, that nothing refers to any more."""
    components = contract["components"]
    while True:
        used = {node["$ref"] for _, node in parts(contract) if isinstance(node.get("$ref"), str)}
        unused = [
            (kind, name)
            for kind in kinds
            for name in components[kind]
            if f"#/components/{kind}/{name}" not in used
        ]
        if not unused:
            return
        for kind, name in unused:
            del components[kind][name]


def _no_contract(path: Path, why: str, line: int = 1) -> SpecError:
    return SpecError(
        what="not a contract",
        where=str(path),
        line=line,
        why=why,
        remedy="give a file written by 'gateway-spec build', or the document itself as --pages",
    )
