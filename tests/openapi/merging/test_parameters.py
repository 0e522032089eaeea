"""Holds the parameters of one operation as several pages describe them."""

from typing import Any

import pytest

from openapi.merging.parameters import described, united
from openapi.pages.operation import PageOperation
from tests.openapi.samples import data, page

PATH = "/a/{id}"


def merged(*pages: str, shared: str = "[]") -> list[dict[str, Any]]:
    """The united parameters of one operation; each text is the list of one page."""
    found = [
        page(f"p{number}", {PATH: {"parameters": data(shared), "get": {"parameters": data(text)}}})
        for number, text in enumerate(pages)
    ]
    return united([described(PageOperation(each, PATH, "get")) for each in found])


def bare(parameter: dict[str, Any]) -> dict[str, Any]:
    """A parameter without its sources."""
    return {key: value for key, value in parameter.items() if not key.startswith("x-")}


ID = "[{name: id, in: query, required: true, description: The id, schema: {type: string}}]"


def test_a_parameter_is_kept_as_the_page_has_it() -> None:
    """Name, place, demand, words and schema are the page's, with its line and standing."""
    (found,) = merged(ID)

    assert bare(found) == data(ID)[0]
    assert found["x-standing"] == "documented"
    assert found["x-source"].startswith("p0:")


def test_pages_that_agree_have_one_parameter_and_cite_each() -> None:
    """The same words on two pages are one parameter with two sources."""
    (found,) = merged(ID, ID)

    assert found["schema"] == {"type": "string"}
    assert [source.partition(":")[0] for source in found["x-source"].split(", ")] == ["p0", "p1"]


def test_pages_that_differ_are_both_followed() -> None:
    """A parameter takes what at least one page documents."""
    (found,) = merged(ID, ID.replace("string", "integer"))

    assert found["schema"] == {"anyOf": [{"type": "string"}, {"type": "integer"}]}


@pytest.mark.parametrize("other", ["[]", ID.replace("true", "false")])
def test_a_parameter_is_demanded_only_where_every_page_demands_it(other: str) -> None:
    """One page that leaves it out or makes it optional is enough to leave it out."""
    (found,) = merged(ID, other)

    assert "required" not in found


def test_a_parameter_of_the_path_is_always_demanded() -> None:
    """A path without its parameter is another path."""
    (found,) = merged("[{name: id, in: path, schema: {type: string}}]")

    assert found["required"] is True


def test_a_path_shares_its_parameters_and_an_operation_overrides_them() -> None:
    """What stands at the path holds for the operation, unless the operation says otherwise."""
    shared = "[{name: id, in: query, schema: {type: string}}, {name: n, in: query, schema: {}}]"
    first, second = merged("[{name: id, in: query, schema: {type: integer}}]", shared=shared)

    assert (first["name"], first["schema"]) == ("id", {"type": "integer"})
    assert second["name"] == "n"


def test_one_name_in_two_places_is_two_parameters() -> None:
    """A header and a query parameter may have the same name."""
    names = "[{name: id, in: query, schema: {}}, {name: id, in: header, schema: {}}]"

    assert [found["in"] for found in merged(names)] == ["query", "header"]


@pytest.mark.parametrize("name", ["Content-Type", "accept", "AUTHORIZATION"])
def test_headers_that_openapi_ignores_are_left_out(name: str) -> None:
    """Media types and security say the same where it is heard."""
    assert merged(f"[{{name: {name}, in: header, required: true, schema: {{type: string}}}}]") == []


def test_values_that_a_page_lists_are_the_values_it_takes() -> None:
    """A list in a parameter's prose closes it like a list in a field's."""
    (found,) = merged(
        "[{name: n, in: query, x-prose: {allowed: ['1', '2']}, example: '3', "
        "schema: {type: integer}}]"
    )

    assert found["schema"]["enum"] == ["3", 1, 2]
    assert found["schema"]["anyOf"] == [{"type": "integer"}, {"type": "string"}]


def test_an_example_does_not_close_a_parameter() -> None:
    """A parameter that shows a value and lists none takes other values too."""
    (found,) = merged("[{name: n, in: query, example: abc, schema: {type: string}}]")

    assert found["schema"] == {"type": "string", "example": "abc"}


def test_a_template_is_no_example() -> None:
    """A placeholder of the documentation tool is not sent to anybody."""
    (found,) = merged("[{name: n, in: header, example: '{{n}}', schema: {type: string}}]")

    assert found["schema"] == {"type": "string"}
