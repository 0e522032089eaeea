"""Holds the documentation page's copy of the contract, which is made for filling in by hand."""

from typing import Any

import pytest

import openapi
from openapi.contract.document import load_contract
from openapi.documents.pointers import follow
from openapi.editions.documentation import documentation_edition

FORM = "multipart/form-data"


@pytest.fixture(scope="module")
def edition() -> dict[str, Any]:
    """The shipped contract as the page shows it."""
    return documentation_edition(load_contract(openapi.CONTRACT))


def test_the_create_form_has_an_input_for_every_field_of_every_page(
    edition: dict[str, Any],
) -> None:
    """A person finds the fields of all variants in one form, and only common ones are required."""
    form = edition["paths"]["/v1/videos"]["post"]["requestBody"]["content"][FORM]["schema"]

    assert {"model", "prompt", "style", "character_url", "watermark"} <= set(form["properties"])
    assert form["required"] == ["model", "prompt"]
    assert "veo_3_1" in form["properties"]["model"]["enum"]
    assert "sora-2-pro" in form["properties"]["model"]["enum"]


def test_json_is_offered_first(edition: dict[str, Any]) -> None:
    """What the page offers first works without a file."""
    content = edition["paths"]["/v1/videos"]["post"]["requestBody"]["content"]

    assert list(content) == ["application/json", FORM]


def test_the_contract_itself_is_left_as_it_is() -> None:
    """The page's copy is a copy: what is enforced keeps its variants."""
    contract = load_contract(openapi.CONTRACT)

    documentation_edition(contract)

    assert contract == load_contract(openapi.CONTRACT)


def test_an_input_holds_the_request_that_the_form_shows(edition: dict[str, Any]) -> None:
    """A field of another variant stays empty: its example would be sent, and be refused."""
    media = edition["paths"]["/v1/videos"]["post"]["requestBody"]["content"][FORM]
    fields = media["schema"]["properties"]

    assert {name: one["example"] for name, one in fields.items() if "example" in one} == media[
        "example"
    ]


def test_what_a_request_can_do_without_has_no_example(edition: dict[str, Any]) -> None:
    """The page sends every parameter with an example; a required id has one."""
    videos, endpoint = (
        edition["paths"][path]
        for path in ("/v1/videos", "/v1/webhook_endpoints/{webhook_endpoint_id}")
    )

    assert [each for each in videos["get"]["parameters"] if "example" in each] == []
    assert all("example" in follow(edition, each) for each in endpoint["parameters"])


def test_ids_that_cannot_exist_have_no_example() -> None:
    """Who reads the page of the control API types the id of a fault in."""
    parameter = {"name": "fault_id", "in": "path", "required": True, "schema": {"type": "string"}}
    operation = {"operationId": "end", "parameters": [parameter], "responses": {}}
    contract = {
        "paths": {"/faults/{fault_id}": {"delete": operation}},
        "components": {"schemas": {}},
    }
    for ids in (True, False):
        page = documentation_edition(contract, ids=ids)
        [shown] = page["paths"]["/faults/{fault_id}"]["delete"]["parameters"]
        assert ("example" in shown) is ids


def test_a_form_that_is_no_object_stays_as_it_is() -> None:
    """A page of another gateway may describe a form as anything."""
    operation = {
        "operationId": "send",
        "requestBody": {"content": {FORM: {"schema": {"type": "string"}}}},
        "responses": {},
    }
    contract = {"paths": {"/clips": {"post": operation}}, "components": {"schemas": {}}}
    page = documentation_edition(contract)

    form = page["paths"]["/clips"]["post"]["requestBody"]["content"][FORM]
    assert form["schema"] == {"type": "string"}
