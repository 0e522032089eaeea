"""JSON beside a form: the overlay asks for it, this writes each variant's JSON twin.

``x-json-twin`` on a request body holds the schema that stands for a file in JSON.
"""

import copy
from typing import Any

from openapi.errors import name_clash
from openapi.variants import FORM

JSON = "application/json"


def expand(contract: dict[str, Any]) -> None:
    """Replace every ``x-json-twin`` of the contract by the JSON media type it asks for."""
    for item in contract["paths"].values():
        for operation in item.values():
            body = operation.get("requestBody") if isinstance(operation, dict) else None
            if body and "x-json-twin" in body:
                _add_twin(body, body.pop("x-json-twin"), contract["components"]["schemas"])


def _add_twin(body: dict[str, Any], file_schema: Any, schemas: dict[str, Any]) -> None:
    references = []
    for reference in body["content"][FORM]["schema"]["anyOf"]:
        name = reference["$ref"].rpartition("/")[2]
        twin = name.replace("Form", "Json")
        if twin in schemas:
            raise name_clash(twin)
        schemas[twin] = _twin(schemas[name], file_schema)
        references.append({"$ref": f"#/components/schemas/{twin}"})
    body["content"][JSON] = {"schema": {"type": "object", "anyOf": references}}


def _twin(schema: dict[str, Any], file_schema: Any) -> dict[str, Any]:
    twin = copy.deepcopy(schema)
    for name, field in twin["properties"].items():
        if field.get("format") == "binary":
            twin["properties"][name] = copy.deepcopy(file_schema)
    return twin
