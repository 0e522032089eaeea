"""Holds a page's request as a schema of its own."""

from typing import Any

import pytest

from openapi.contract.requests import FORM, JSON
from openapi.merging.variants import Request, requests_of, variant
from openapi.pages.operation import operations_of
from tests.openapi.samples import create, page, text


def request(operation: dict[str, Any], name: str = "a-page") -> Request:
    """The one request of a page with one operation."""
    (found,) = operations_of(page(name, {"/a": {"post": operation}}))
    (only,) = requests_of(found)
    return only


def test_a_variant_is_named_after_its_page_and_form() -> None:
    """Page and media type make the name of the schema."""
    assert request(create({})).component == "APageForm"
    assert request(create({}, media_type=JSON)).component == "APageJson"
    assert request(create({}, media_type="text/plain")).component == "APageTextPlainBody"


def test_several_requests_of_a_page_are_kept_apart_by_operation() -> None:
    """A page with two operations has two variants with names of their own."""
    found = page("a", {"/v1/b": {"post": create({}), "put": create({})}, "/v1/c": {"get": {}}})
    names = [
        each.component for operation in operations_of(found) for each in requests_of(operation)
    ]

    assert sorted(names) == ["ABForm", "APutBForm"]


def test_a_variant_has_the_pages_fields_and_demands_with_their_lines() -> None:
    """Fields, required list and the body itself cite the page."""
    built = variant(request(create({"f": text()}, ("f",))))

    assert built["x-variant"] == "a-page"
    assert built["x-standing"] == "documented"
    assert built["required"] == ["f"]
    assert built["properties"]["f"] == {"type": "string", "x-source": "a-page:13"}
    assert built["x-sources"] == {"required": "a-page:15"}


def test_a_body_that_is_no_object_stays_what_it_is() -> None:
    """A list of things is not made an object to look like the others."""
    operation = create({}, media_type=JSON)
    media = operation["requestBody"]["content"][JSON]
    media["schema"] = {"type": "array", "items": {"type": "string"}}
    built = variant(request(operation))

    assert built["type"] == "array"
    assert built["x-variant"] == "a-page"


def test_a_field_is_closed_by_a_list_on_its_page() -> None:
    """Listed values close a field, and the value its example shows is taken beside them."""
    built = variant(request(create({"style": text("comic", "noir", "anime")})))

    assert built["properties"]["style"]["enum"] == ["comic", "noir", "anime"]


@pytest.mark.parametrize("name", ["model", "seconds", "size", "style"])
def test_an_example_closes_no_field(name: str) -> None:
    """An example is no list, whatever the field means: the page forbids nothing there."""
    built = variant(request(create({name: text("comic")})))

    assert built["properties"][name]["example"] == "comic"
    assert "enum" not in built["properties"][name]


def test_whole_examples_and_field_examples_both_show_values() -> None:
    """A page may show a body and fields: every value it shows is documented beside its list."""
    operation = create(
        {"model": text("a", "x")}, media_type=JSON, example={"model": "b", "other": "c"}
    )
    built = variant(request(operation))

    assert built["properties"]["model"]["enum"] == ["b", "a", "x"]


def test_a_template_shows_no_value() -> None:
    """A placeholder in an example is not a word the gateway knows."""
    built = variant(request(create({"model": text("{{model}}", "a")})))

    assert built["properties"]["model"]["enum"] == ["a"]


def test_the_media_type_is_kept() -> None:
    """The same fields as form and as JSON are two requests."""
    operation = create({"f": text()})
    operation["requestBody"]["content"][JSON] = operation["requestBody"]["content"][FORM]
    (found,) = operations_of(page("a", {"/a": {"post": operation}}))

    assert [each.component for each in requests_of(found)] == ["AForm", "AJson"]
