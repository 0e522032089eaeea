"""Holds the comparison of contracts: operations, parameters, bodies, responses, sources."""

import copy
from typing import Any

import pytest

from openapi import CONTRACT
from openapi.contract.contract import Contract
from openapi.diff.contracts import compare_contracts
from openapi.diff.difference import Difference, Direction, Kind, Party
from openapi.documents.located import load

JOB = {"type": "object", "properties": {"id": {"type": "string"}, "status": {"type": "string"}}}


def document() -> dict[str, Any]:
    """A contract with one operation that makes jobs and one that reads them."""
    return {
        "openapi": "3.0.3",
        "x-documented-servers": [{"url": "https://one.example", "x-source": "clips:3"}],
        "security": [{"bearer": []}],
        "paths": {
            "/v1/clips": {
                "post": {
                    "operationId": "createClip",
                    "x-source": "clips:10",
                    "requestBody": {
                        "required": True,
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "x-source": "clips:20",
                                    "properties": {"prompt": {"type": "string"}},
                                }
                            }
                        },
                    },
                    "responses": {
                        "200": {
                            "description": "",
                            "headers": {"x-wait": {"schema": {"type": "string"}}},
                            "content": {"application/json": {"schema": JOB}},
                        }
                    },
                }
            },
            "/v1/clips/{id}": {
                "get": {
                    "operationId": "readClip",
                    "x-source": "read:10",
                    "parameters": [
                        {
                            "name": "id",
                            "in": "path",
                            "required": True,
                            "schema": {"type": "string"},
                        }
                    ],
                    "responses": {"200": {"description": ""}},
                }
            },
        },
    }


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[Difference]:
    """Every change between two documents."""
    return compare_contracts(Contract(old), Contract(new))


def changed(change: Any) -> list[Difference]:
    """The changes between ``document`` and a copy that ``change`` was applied to."""
    new = copy.deepcopy(document())
    change(new)
    return differences(document(), new)


def create(new: dict[str, Any]) -> Any:
    """The operation that makes jobs."""
    return new["paths"]["/v1/clips"]["post"]


def read(new: dict[str, Any]) -> Any:
    """The operation that reads jobs."""
    return new["paths"]["/v1/clips/{id}"]["get"]


def schema(new: dict[str, Any]) -> Any:
    """The schema of the request that makes jobs."""
    return create(new)["requestBody"]["content"]["application/json"]["schema"]


def _rename_parameter(new: dict[str, Any]) -> None:
    new["paths"]["/v1/clips/{clip}"] = new["paths"].pop("/v1/clips/{id}")
    new["paths"]["/v1/clips/{clip}"]["get"]["parameters"][0]["name"] = "clip"


def _move(new: dict[str, Any]) -> None:
    new["paths"]["/v2/clips"] = new["paths"].pop("/v1/clips")


def test_the_shipped_contract_does_not_differ_from_itself() -> None:
    """No change is reported between two readings of one file."""
    first, second = (load(CONTRACT).data for _ in range(2))

    assert differences(first, second) == []


def test_what_a_path_parameter_is_called_is_no_change() -> None:
    """`/clips/{id}` and `/clips/{clip}` are the same address."""
    assert changed(_rename_parameter) == []


@pytest.mark.parametrize(
    ("change", "direction", "kind", "at", "breaks"),
    [
        (
            lambda new: new["paths"].pop("/v1/clips/{id}"),
            "request",
            "removed",
            "operation",
            "client",
        ),
        (_move, "request", "moved", "path", "client gateway"),
        (lambda new: create(new).update(deprecated=True), "request", "changed", "deprecated", ""),
        (lambda new: new.update(security=[]), "request", "widened", "security", "gateway"),
        (
            lambda new: new["x-documented-servers"][0].update(url="https://two.example"),
            "request",
            "moved",
            "servers",
            "client",
        ),
        (
            lambda new: schema(new)["properties"]["prompt"].update(maxLength=5),
            "request",
            "narrowed",
            "application/json, field prompt, maxLength",
            "client",
        ),
        (
            lambda new: create(new)["responses"]["200"]["headers"].clear(),
            "response",
            "removed",
            "status 200, header x-wait",
            "client",
        ),
        (
            lambda new: create(new)["responses"].update({"429": {"description": ""}}),
            "response",
            "added",
            "status 429",
            "",
        ),
        (
            lambda new: create(new)["responses"].update({"202": {"description": ""}}),
            "response",
            "added",
            "status 202",
            "client",
        ),
        (
            lambda new: create(new)["requestBody"]["content"].update({"text/plain": {}}),
            "request",
            "added",
            "text/plain",
            "gateway",
        ),
        (
            lambda new: create(new)["requestBody"].update(required=False),
            "request",
            "widened",
            "request body, required",
            "gateway",
        ),
        (
            lambda new: read(new)["parameters"].append(
                {"name": "verbose", "in": "query", "required": True, "schema": {"type": "string"}}
            ),
            "request",
            "added",
            "query parameter verbose, required",
            "client gateway",
        ),
    ],
)
def test_one_change_is_one_row(
    change: Any, direction: str, kind: str, *, at: str, breaks: str
) -> None:
    """Each part of an operation that changes is one row: direction, kind, place, who breaks."""
    rows = {
        (str(each.direction), str(each.kind), each.at, " ".join(map(str, each.breaks)))
        for each in changed(change)
    }

    assert rows == {(direction, kind, at, breaks)}


def test_sources_of_both_sides_are_cited() -> None:
    """A row has page and line of the old and of the new contract."""

    def change(new: dict[str, Any]) -> None:
        schema(new).update({"x-source": "clips:31", "properties": {}})

    (found,) = changed(change)

    assert (found.old_source, found.new_source) == ("clips:20", "")


def test_what_breaks_clients_comes_first() -> None:
    """Rows are ordered by whom they break, whatever the order in the contract."""

    def change(new: dict[str, Any]) -> None:
        schema(new)["properties"]["style"] = {"type": "string"}
        create(new)["summary"] = "Other words"
        read(new)["responses"]["200"]["content"] = {"text/plain": {"schema": {}}}
        new["paths"]["/v1/new"] = {"get": {"operationId": "new", "responses": {}}}
        new["security"] = []
        schema(new)["required"] = ["prompt"]

    found = changed(change)
    weights = [0 if Party.CLIENT in each.breaks else 1 if each.breaks else 2 for each in found]

    assert weights == sorted(weights)
    assert {0, 1, 2} <= set(weights)
    assert found[-1].kind is Kind.REWORDED
    assert {each.direction for each in found} == set(Direction)
