"""Holds the check of a built contract: what is wrong is reported with its place and its source."""

import copy
from typing import Any

import pytest

from openapi.building.check import check_contract
from openapi.documents.places import operations
from openapi.errors import SpecError
from openapi.pages.documented import DocumentedPage

Contract = dict[str, Any]


def refusal(contract: Contract, pages: list[DocumentedPage]) -> SpecError:
    """The error for a contract."""
    with pytest.raises(SpecError) as caught:
        check_contract(contract, pages)
    return caught.value


def test_our_contract_passes(contract: Contract, pages: list[DocumentedPage]) -> None:
    """What is built is what is checked."""
    check_contract(contract, pages)


def test_a_problem_is_reported_with_its_source(
    contract: Contract, pages: list[DocumentedPage]
) -> None:
    """The place in the contract and the page's line that the part stems from are both named."""
    broken = copy.deepcopy(contract)
    broken["components"]["schemas"]["SoraImageForm"]["properties"]["style"]["enum"] = "anime"
    error = refusal(broken, pages)

    assert "/components/schemas/SoraImageForm" in error.why
    assert "(sora-image:" in error.why


# What breaks the contract: the path of a part, what becomes of it, a word of the reason.
BROKEN: dict[str, tuple[tuple[str, ...], Any, str]] = {
    "an unknown word": (("paths", "/v1/models", "get", "foo"), 1, "foo"),
    "a lost reference": (
        ("components", "schemas", "Model"),
        {"$ref": "#/a"},
        "'#/a' does not exist",
    ),
    "a foreign reference": (
        ("components", "schemas", "Model"),
        {"$ref": "https://one.example/a"},
        "does not exist",
    ),
    "no answer": (("paths", "/v1/models", "get", "responses"), {}, "propert"),
    "an operation id twice": (
        ("paths", "/v1/models", "get", "operationId"),
        "createVideo",
        "'createVideo'",
    ),
    "a path without its parameter": (
        ("paths", "/v1/things/{id}"),
        {"get": {"operationId": "x", "responses": {"200": {"description": ""}}}},
        "'id'",
    ),
    "a type that is none": (("components", "schemas", "Model", "type"), "objct", "/Model/type: "),
    "a pattern that is none": (
        ("components", "schemas", "Model", "properties", "id", "pattern"),
        "([",
        "/components/schemas/Model/properties/id/pattern: ",
    ),
    "a pattern only Python reads": (
        ("components", "schemas", "Model", "properties", "id", "pattern"),
        r"a\Z",
        "/components/schemas/Model/properties/id/pattern: ",
    ),
    "a default of another type": (
        ("components", "schemas", "Model", "properties", "id", "default"),
        5,
        "5",
    ),
    "an example of another type": (
        ("components", "schemas", "Model", "properties", "id", "example"),
        5,
        "the value is refused",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_wrong_is_reported(
    contract: Contract, pages: list[DocumentedPage], what: str
) -> None:
    """Each kind of fault fails the check with a reason, and none with a trace."""
    pointer, value, why = BROKEN[what]
    broken = copy.deepcopy(contract)
    node = broken
    for step in pointer[:-1]:
        node = node[step]
    node[pointer[-1]] = value

    assert why in refusal(broken, pages).why


def test_the_first_problems_are_reported_and_the_rest_counted(
    contract: Contract, pages: list[DocumentedPage]
) -> None:
    """A message stays readable however much is wrong."""
    broken = copy.deepcopy(contract)
    for _, operation in operations(broken):
        del operation["operationId"]
    for item in broken["paths"].values():
        for operation in item.values():
            for response in (
                operation.get("responses", {}).values() if "responses" in operation else ()
            ):
                response.pop("links", None)
    error = refusal(broken, pages)

    assert error.what == "the built contract has 22 problems"
    assert error.why.endswith("and 17 more")
