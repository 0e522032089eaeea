"""Holds JSON beside a form: each page's request once more, unless the page has its own."""

from typing import Any

import pytest

from openapi.contract.requests import FORM, JSON
from openapi.errors import SpecError
from openapi.merging.merge import merge
from openapi.overlay.json_counterparts import expand
from tests.openapi.samples import create, page, text

PATH = "/v1/videos"
IMAGE = {"type": "string", "format": "binary"}
ASKED = {
    "file": {"$ref": "#/components/schemas/File"},
    "x-source": "a book",
    "x-standing": "verified",
}


def expanded(*operations: dict[str, Any]) -> dict[str, Any]:
    """Merged pages, called a, b and so on, whose operation is asked for a counterpart."""
    pages = [
        page(name, {PATH: {"post": each}}) for name, each in zip("abc", operations, strict=False)
    ]
    contract = merge(pages)
    contract["paths"][PATH]["post"]["requestBody"]["x-json-twin"] = dict(ASKED)
    expand(contract)
    return contract


def choices(contract: dict[str, Any], media_type: str) -> list[str]:
    """The names of the variants of one media type."""
    media = contract["paths"][PATH]["post"]["requestBody"]["content"].get(
        media_type, {"schema": {}}
    )
    return [each["$ref"].rpartition("/")[2] for each in media["schema"].get("anyOf", ())]


def test_every_form_gets_its_counterpart() -> None:
    """The same fields, with the asked-for schema where the form has a file."""
    contract = expanded(create({"f": text("x"), "image": IMAGE}, ("f",)), create({"g": text()}))
    schemas = contract["components"]["schemas"]

    assert choices(contract, JSON) == ["AJson", "BJson"]
    assert schemas["AJson"]["properties"]["f"] == schemas["AForm"]["properties"]["f"]
    assert schemas["AJson"]["properties"]["image"] == ASKED["file"]
    assert schemas["AJson"]["required"] == ["f"]


def test_a_counterpart_says_that_json_is_not_the_pages_word() -> None:
    """The fields keep their lines; the standing and the file's schema are the overlay's."""
    contract = expanded(create({"image": IMAGE}))
    form, counterpart = (contract["components"]["schemas"][name] for name in ("AForm", "AJson"))

    assert (form["x-standing"], counterpart["x-standing"]) == ("documented", "verified")
    assert form["x-source"] == counterpart["x-source"]
    assert counterpart["x-sources"] == {"properties/image": "a book (verified)"}
    assert form["properties"]["image"]["format"] == "binary"


def test_the_mark_is_gone() -> None:
    """A wish of the overlay is no part of the contract."""
    body = expanded(create({}))["paths"][PATH]["post"]["requestBody"]

    assert "x-json-twin" not in body
    assert list(body["content"]) == [FORM, JSON]


def test_pages_that_describe_json_keep_their_own() -> None:
    """A documented JSON request stays, beside the counterparts of the pages that have none."""
    contract = expanded(create({"f": text()}, media_type=JSON), create({"g": text()}))

    assert choices(contract, JSON) == ["AJson", "BJson"]
    assert contract["components"]["schemas"]["AJson"]["x-standing"] == "documented"


def test_a_page_with_both_gets_no_counterpart() -> None:
    """What the page says of JSON holds, whatever its form says."""
    both = create({"f": text()})
    both["requestBody"]["content"][JSON] = create({"j": text()}, media_type=JSON)["requestBody"][
        "content"
    ][JSON]
    schemas = expanded(both)["components"]["schemas"]

    assert list(schemas["AJson"]["properties"]) == ["j"]


def test_an_operation_without_a_form_needs_none() -> None:
    """There is nothing to be a counterpart of."""
    contract = expanded(create({"f": text()}, media_type=JSON))

    assert choices(contract, JSON) == ["AJson"]


def test_only_the_end_of_a_name_is_changed() -> None:
    """A page may have the word in its own name."""
    contract = merge([page("form-x", {PATH: {"post": create({})}})])
    contract["paths"][PATH]["post"]["requestBody"]["x-json-twin"] = dict(ASKED)
    expand(contract)

    assert choices(contract, JSON) == ["FormXJson"]


def test_a_counterpart_whose_name_is_taken_is_refused() -> None:
    """A schema of the overlay is not overwritten."""
    contract = merge([page("a", {PATH: {"post": create({})}})])
    contract["paths"][PATH]["post"]["requestBody"]["x-json-twin"] = dict(ASKED)
    contract["components"]["schemas"]["AJson"] = {}
    with pytest.raises(SpecError, match="AJson"):
        expand(contract)
