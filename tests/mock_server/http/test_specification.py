"""Connexion gets as much of a contract as it uses, and every mistake in it."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from connexion.spec import OpenAPISpecification, Specification
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import openapi
from mock_server.control.document import FILE
from mock_server.http.connexion.application import is_valid, specification
from openapi.contract.document import load_contract
from openapi.documents.places import operations, parts
from tests.properties import examples

CONTRACT = load_contract(openapi.CONTRACT)
SMALL: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "A gateway", "version": "1"},
    "servers": [{"url": "/{base}", "variables": {"base": {"default": "v1", "enum": ["v1"]}}}],
    "security": [{"key": []}],
    "paths": {
        "/videos/{id}": {
            "parameters": [{"$ref": "#/components/parameters/id"}],
            "get": {
                "operationId": "read",
                "security": [],
                "responses": {"200": {"description": "It is there."}},
            },
            "post": {
                "operationId": "make",
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Order"}}
                    }
                },
                "responses": {"default": {"description": "Whatever."}},
            },
        }
    },
    "components": {
        "parameters": {
            "id": {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        },
        "schemas": {
            "Order": {
                "type": "object",
                "properties": {
                    "seconds": {"type": "integer", "minimum": 1, "default": 4},
                    "size": {"type": "string", "nullable": True, "enum": ["s"], "default": "s"},
                    "default": {"type": "string"},
                },
            }
        },
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
    },
}
PLACES = [(pointer, key) for pointer, node in parts(SMALL) for key in node]
VALUES = st.sampled_from(
    [None, True, 0, 1.0, "", "string", "#/components/schemas/No", [], {}, {"$ref": "#/no"}, ["a"]]
)


def accepted(contract: dict[str, Any]) -> bool:
    """Whether Connexion accepts a contract."""
    try:
        OpenAPISpecification(copy.deepcopy(contract))
    except Exception:  # noqa: BLE001 - it raises whatever its own parts raise
        return False
    return True


def with_order(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """The small contract with the schema of its body changed."""
    contract = copy.deepcopy(SMALL)
    change(contract["components"]["schemas"]["Order"])
    return contract


@pytest.mark.parametrize("contract", [SMALL, CONTRACT, load_contract(FILE)], ids=["a", "b", "c"])
def test_what_connexion_uses_is_the_same_in_the_outline(contract: dict[str, Any]) -> None:
    """Operations and the base path are what they would be in the whole contract."""
    outline = specification(contract)
    reduced, whole = (Specification.load(copy.deepcopy(each)) for each in (outline, contract))

    assert outline is not contract
    assert reduced.base_path == whole.base_path
    assert [pointer for pointer, _ in operations(outline)] == [
        pointer for pointer, _ in operations(contract)
    ]
    for (_, path, method), operation in operations(contract):
        assert reduced.get_operation(path, method)["operationId"] == operation["operationId"]


def test_the_outline_asks_for_no_key() -> None:
    """Connexion does not check keys; request validation does."""
    reduced = Specification.load(specification(SMALL))

    assert not reduced.security
    assert not reduced.security_schemes


@pytest.mark.parametrize(
    "contract",
    [
        with_order(lambda order: order["properties"]["seconds"].update(default="4")),
        with_order(lambda order: order["properties"]["seconds"].update(default=0)),
        with_order(lambda order: order["properties"]["size"].update(default="m")),
        with_order(lambda order: order.update(properties=[])),
        with_order(lambda order: order.update(items={"$ref": "#/components/schemas/Lost"})),
        {**SMALL, "info": {"title": "No version"}},
        {**SMALL, "servers": [{"url": "/{a}", "variables": {"a": {}}}]},
    ],
    ids=["type", "limit", "value", "properties", "reference", "info", "server"],
)
def test_a_contract_with_a_mistake_is_left_to_connexion(contract: dict[str, Any]) -> None:
    """An invalid contract is passed whole, so that Connexion reports what is wrong."""
    assert not accepted(contract)
    assert specification(contract) is contract


@settings(max_examples=examples(60))
@given(place=st.sampled_from(PLACES), value=VALUES, remove=st.booleans())
def test_nothing_is_held_valid_that_connexion_refuses(
    place: tuple[tuple[str | int, ...], str], value: Any, *, remove: bool
) -> None:
    """No change of a contract that Connexion refuses is considered valid."""
    pointer, key = place
    contract = copy.deepcopy(SMALL)
    node: Any = contract
    for step in pointer:
        node = node[step]
    if remove:
        del node[key]
    else:
        node[key] = value
    assume(is_valid(contract))

    assert accepted(contract)
