"""What Connexion is told of a contract: which operations there are.

Everything else that a contract says is compiled from the contract itself. Connexion would check all
of it in Python and write every reference out, which nobody reads: a sixth of a server's start.
"""

from collections.abc import Mapping
from typing import Any

import jsonschema_rs
from connexion.spec import OpenAPISpecification

from openapi.documents.places import METHODS, is_map_of_names, parts
from openapi.documents.pointers import target

Contract = Mapping[str, Any]
_KEPT = ("openapi", "info", "servers")
# OpenAPI demands a response of every operation.
_RESPONSES = {"default": {"description": "What the contract says."}}


def specification(contract: dict[str, Any]) -> dict[str, Any]:
    """An outline of a contract; the whole of one that is not valid, since Connexion says why."""
    return _outline(contract) if is_valid(contract) else contract


def is_valid(contract: Contract) -> bool:
    """Whether a contract keeps to Connexion's schema of OpenAPI, its references and defaults too.

    False where it cannot be told: Connexion decides.
    """
    schema = OpenAPISpecification.openapi_schema
    whole = jsonschema_rs.Draft4Validator(schema, validate_formats=False)
    return whole.is_valid(contract) and all(
        _leads_somewhere(contract, node) and (is_map_of_names(pointer) or _takes_its_default(node))
        for pointer, node in parts(contract)
    )


def _leads_somewhere(contract: Contract, node: Mapping[str, Any]) -> bool:
    reference = node.get("$ref")
    return not isinstance(reference, str) or target(contract, reference) is not None


def _takes_its_default(node: Mapping[str, Any]) -> bool:
    if "default" not in node:
        return True
    try:
        validator = jsonschema_rs.Draft4Validator(dict(node), validate_formats=False)
    except ValueError:
        return False
    return validator.is_valid(node["default"])


def _outline(contract: Contract) -> dict[str, Any]:
    return {
        **{key: contract[key] for key in _KEPT if key in contract},
        "paths": {path: _operations(item) for path, item in contract["paths"].items()},
    }


def _operations(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        method: {"operationId": item[method]["operationId"], "responses": _RESPONSES}
        for method in METHODS
        if method in item
    }
