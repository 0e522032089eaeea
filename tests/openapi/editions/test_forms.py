"""Holds the documentation page's copy of the contract, which is made for filling in by hand."""

from typing import Any

import pytest

import openapi
from openapi.contract.document import load_contract
from openapi.editions.forms import documentation_edition

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
