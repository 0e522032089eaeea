"""The documentation page's own copy of the contract, made for filling in by hand."""

from typing import Any

import httpx
import pytest

import openapi
from mock_server.http.docs_view import page_view
from openapi.contract.document import load_contract

FORM = "multipart/form-data"


@pytest.fixture(scope="module")
def view() -> dict[str, Any]:
    """The shipped contract as the page shows it."""
    return page_view(load_contract(openapi.CONTRACT))


def test_the_create_form_has_an_input_for_every_field_of_every_page(view: dict[str, Any]) -> None:
    """A person finds the fields of all variants in one form, and only common ones are required."""
    form = view["paths"]["/v1/videos"]["post"]["requestBody"]["content"][FORM]["schema"]

    assert {"model", "prompt", "style", "character_url", "watermark"} <= set(form["properties"])
    assert form["required"] == ["model", "prompt"]
    assert "veo_3_1" in form["properties"]["model"]["enum"]
    assert "sora-2-pro" in form["properties"]["model"]["enum"]


def test_json_is_offered_first(view: dict[str, Any]) -> None:
    """What the page offers first works without a file."""
    content = view["paths"]["/v1/videos"]["post"]["requestBody"]["content"]

    assert list(content) == ["application/json", FORM]


def test_the_contract_itself_is_left_as_it_is() -> None:
    """The page's copy is a copy: what is enforced keeps its variants."""
    contract = load_contract(openapi.CONTRACT)

    page_view(contract)

    assert contract == load_contract(openapi.CONTRACT)


def test_a_file_input_nobody_used_counts_as_not_sent(client: httpx.Client) -> None:
    """A browser sends an unused file input as an empty part; the request is valid without it."""
    fields = {"model": (None, "sora-2"), "prompt": (None, "A cat")}

    as_text = client.post("/v1/videos", files={**fields, "input_reference": (None, "")})
    part = b'--x\r\nContent-Disposition: form-data; name="input_reference"; filename=""\r\n\r\n\r\n'
    rest = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\nsora-2\r\n' % name
        for name in (b"model", b"prompt")
    )
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    as_file = client.post("/v1/videos", content=part + rest + b"--x--\r\n", headers=kind)

    assert (as_text.status_code, as_file.status_code) == (200, 200)
