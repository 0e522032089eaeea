"""JSON beside a form: the overlay asks for it, this writes each variant's JSON twin.

``x-json-twin`` on a request body says what stands for a file in JSON (``file``, a schema) and who
says so. A page that describes the request in JSON itself gets no twin: its own words hold.
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
        SpecError: a twin's name is taken.
    """
    schemas = contract["components"]["schemas"]
    for item in contract["paths"].values():
        for operation in item.values():
            body = operation.get("requestBody") if isinstance(operation, dict) else None
            if isinstance(body, dict) and _MARK in body:
                _add_twins(body, body.pop(_MARK), schemas)


def _add_twins(body: dict[str, Any], asked: Mapping[str, Any], schemas: dict[str, Any]) -> None:
    references = []
    for form in _variants(body, FORM, schemas):
        own = {schemas[name].get("x-variant") for name in _variants(body, JSON, schemas)}
        if schemas[form].get("x-variant") in own:
            continue
        name = f"{form.removesuffix('Form')}Json"
        if name in schemas:
            raise name_clash(name)
        schemas[name] = _twin(schemas[form], asked)
        references.append({"$ref": f"#/components/schemas/{name}"})
    if references:
        media = body["content"].setdefault(JSON, {"schema": {"type": "object", "anyOf": []}})
        media["schema"]["anyOf"].extend(references)


def _variants(body: Mapping[str, Any], media_type: str, schemas: Mapping[str, Any]) -> list[str]:
    """The named requests of one media type."""
    choices = body["content"].get(media_type, {}).get("schema", {}).get("anyOf", ())
    return [component_name(choice) for choice in choices if "$ref" in choice]


def _twin(schema: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """The same fields in JSON; that they may come as JSON is not the page's word."""
    twin = copy.deepcopy(dict(schema))
    said = Provenance(asked["x-source"], asked["x-standing"])
    twin["x-standing"] = said.standing
    for name, field in twin.get("properties", {}).items():
        if field.get("format") == "binary":
            twin["properties"][name] = copy.deepcopy(asked["file"])
            twin.setdefault("x-sources", {})[f"properties/{name}"] = str(said)
    return twin
