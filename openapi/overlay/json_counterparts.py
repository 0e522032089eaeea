"""Adds a JSON counterpart to the variants of a form, where the overlay asks for it.

``x-json-twin`` on a request body has the schema that stands for a file in JSON (``file``), with its
source. A page that describes its request in JSON itself gets no counterpart.
"""

import copy
from collections.abc import Mapping
from typing import Any

from openapi.contract.requests import FORM, JSON
from openapi.documents.pointers import component_name
from openapi.errors import name_clash
from openapi.overlay.provenance import Provenance

_MARK = "x-json-twin"


def expand(contract: dict[str, Any]) -> None:
    """Replace every ``x-json-twin`` of the contract by the JSON media type it asks for.

    Raises:
        SpecError: the name of a counterpart is taken.
    """
    schemas = contract["components"]["schemas"]
    for item in contract["paths"].values():
        for operation in item.values():
            body = operation.get("requestBody") if isinstance(operation, dict) else None
            if isinstance(body, dict) and _MARK in body:
                _add_counterparts(body, body.pop(_MARK), schemas)


def _add_counterparts(
    body: dict[str, Any], asked: Mapping[str, Any], schemas: dict[str, Any]
) -> None:
    references = []
    for form in _variants(body, FORM, schemas):
        own = {schemas[name].get("x-variant") for name in _variants(body, JSON, schemas)}
        if schemas[form].get("x-variant") in own:
            continue
        name = f"{form.removesuffix('Form')}Json"
        if name in schemas:
            raise name_clash(name)
        schemas[name] = _counterpart(schemas[form], asked)
        references.append({"$ref": f"#/components/schemas/{name}"})
    if references:
        media = body["content"].setdefault(JSON, {"schema": {"type": "object", "anyOf": []}})
        media["schema"]["anyOf"].extend(references)


def _variants(body: Mapping[str, Any], media_type: str, schemas: Mapping[str, Any]) -> list[str]:
    """The named requests of one media type."""
    choices = body["content"].get(media_type, {}).get("schema", {}).get("anyOf", ())
    return [component_name(choice) for choice in choices if "$ref" in choice]


def _counterpart(schema: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """A copy with the same fields for JSON, with the overlay's evidence instead of the page's."""
    counterpart = copy.deepcopy(dict(schema))
    said = Provenance(asked["x-source"], asked["x-standing"])
    counterpart["x-standing"] = said.standing
    for name, field in counterpart.get("properties", {}).items():
        if field.get("format") == "binary":
            counterpart["properties"][name] = copy.deepcopy(asked["file"])
            counterpart.setdefault("x-sources", {})[f"properties/{name}"] = str(said)
    return counterpart
