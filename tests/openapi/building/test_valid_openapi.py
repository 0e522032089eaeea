"""What is called valid without openapi-spec-validator has no fault that it would find."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

import openapi
from openapi.building.valid_openapi import is_surely_valid
from openapi.contract.document import load_contract

Contract = dict[str, Any]
ID = {"name": "clip_id", "in": "path", "required": True, "schema": {"type": "string"}}
CONTRACT: Contract = {
    "openapi": "3.0.3",
    "info": {"title": "Clips", "version": "1"},
    "tags": [{"name": "Clips"}],
    "paths": {
        "/clips/{clip_id}": {
            "parameters": [ID],
            "get": {
                "operationId": "getClip",
                "parameters": [
                    {
                        "name": "fields",
                        "in": "query",
                        "schema": {"type": "string", "default": "all"},
                    }
                ],
                "responses": {"200": {"$ref": "#/components/responses/Clip"}},
            },
            "delete": {"operationId": "deleteClip", "responses": {"204": {"description": ""}}},
        }
    },
    "components": {
        "responses": {
            "Clip": {
                "description": "",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Whole"}}},
            }
        },
        "schemas": {
            "Part": {"type": "object", "properties": {"id": {"type": "string"}}},
            "Whole": {
                "allOf": [{"$ref": "#/components/schemas/Part"}],
                "properties": {"length": {"type": "integer", "default": 4}},
                "required": ["id", "length"],
            },
        },
    },
}


def path(contract: Contract) -> dict[str, Any]:
    """The only path."""
    item: dict[str, Any] = contract["paths"]["/clips/{clip_id}"]
    return item


def whole(contract: Contract) -> dict[str, Any]:
    """The composed schema."""
    schema: dict[str, Any] = contract["components"]["schemas"]["Whole"]
    return schema


FAULTS: dict[str, Callable[[Contract], object]] = {
    "no version": lambda contract: contract["info"].pop("version"),
    "a word for a type": lambda contract: whole(contract).update(type="objekt"),
    "one id for two operations": lambda contract: path(contract)["delete"].update(
        operationId="getClip"
    ),
    "a name in the path without a parameter": lambda contract: path(contract).pop("parameters"),
    "a parameter twice": lambda contract: path(contract)["parameters"].append(ID),
    "a tag twice": lambda contract: contract["tags"].append({"name": "Clips"}),
    "a default of another type": lambda contract: whole(contract)["properties"]["length"].update(
        default="long"
    ),
    "a parameter's default of another type": lambda contract: path(contract)["get"]["parameters"][
        0
    ]["schema"].update(default=1),
    "a required field that no part has": lambda contract: whole(contract)["required"].append("url"),
    "a response without a description": lambda contract: path(contract)["delete"]["responses"][
        "204"
    ].clear(),
    "a number that is no keyword's": lambda contract: whole(contract).update(minProperties=-1),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_the_validator_finds_is_never_called_valid(fault: str) -> None:
    """Each rule that it has is known here, so that it is asked."""
    contract = deepcopy(CONTRACT)
    FAULTS[fault](contract)

    assert list(OpenAPIV30SpecValidator(contract).iter_errors())
    assert not is_surely_valid(contract)


@pytest.mark.parametrize("contract", [CONTRACT, load_contract(openapi.CONTRACT)], ids=len)
def test_a_valid_contract_needs_no_validator(contract: Contract) -> None:
    """The slow way is for contracts that have something wrong."""
    assert not list(OpenAPIV30SpecValidator(contract).iter_errors())
    assert is_surely_valid(contract)
