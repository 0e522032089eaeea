"""Holds examples to their schemas: a refused one fails the build unless the report names it."""

import copy
from typing import Any

import pytest

from openapi.building.check import check_contract
from openapi.building.examples import example_problems, request_example
from openapi.contract.requests import FORM, JSON
from openapi.contract.schemas import FILE
from openapi.errors import SpecError
from openapi.merging.merge import merge
from openapi.merging.variants import requests_of
from openapi.pages.documented import DocumentedPage
from openapi.pages.operation import operations_of
from tests.openapi.samples import answer, create, page, text

PATH = "/v1/videos"
IMAGE = {"type": "string", "format": "binary", "example": "C:\\a.png"}
Contract = dict[str, Any]


def one(operation: dict[str, Any]) -> DocumentedPage:
    """A page with one operation."""
    return page("a", {PATH: {"post": operation}})


def problems(found: DocumentedPage, **changes: Any) -> list[str]:
    """What is wrong with a page's examples once an overlay has put keywords on its field ``f``."""
    contract = merge([found])
    for schema in contract["components"]["schemas"].values():
        if "f" in schema.get("properties", {}):
            schema["properties"]["f"] |= changes
    return [problem.text for problem in example_problems(contract, [found])]


def test_our_examples_are_valid_without_a_contradiction_left_open(
    contract: Contract, pages: list[DocumentedPage]
) -> None:
    """Nothing in this package's contract needs the report's leave."""
    assert list(example_problems(contract, pages)) == []


def test_a_refused_field_example_fails_with_page_and_line() -> None:
    """A value that the page shows and nobody knows to be wrong must not pass silently."""
    (problem,) = problems(one(create({"f": text("hello")})), maxLength=3)

    assert problem.startswith("a:15: what the page shows is refused:")
    assert "no row of the conflict report names it" in problem


def test_a_refused_whole_example_fails_at_its_field() -> None:
    """The line is that of the field within the example."""
    operation = create({"f": text()}, media_type=JSON, example={"f": "hello"})
    (problem,) = problems(one(operation), maxLength=3)

    assert problem.startswith("a:16: ")


def test_a_refused_answer_fails_at_its_field() -> None:
    """What a page shows as an answer is held to the contract's answer."""
    operation = {"responses": answer({"f": text()}, {"f": "hello"})}
    (problem,) = problems(one(operation), maxLength=3)

    assert problem.startswith("a:18: ")


def test_a_refused_default_fails_at_its_line() -> None:
    """A value that applies by default is sent by nobody and must be right all the same."""
    field = {"type": "string", "x-prose": {"default": "hello"}}
    (problem,) = problems(one(create({"f": field})), maxLength=3)

    assert problem.startswith("a:16: ")


def test_what_a_page_contradicts_itself_is_settled_before() -> None:
    """A rule that the page's own example breaks yields, also that of a parameter."""
    parameter = {
        "name": "n",
        "in": "query",
        "example": "abcd",
        "schema": {"type": "string", "maxLength": 3},
    }
    contradictory = create({"f": {"type": "string", "maxLength": 3, "example": "hello"}})

    assert problems(one({"parameters": [parameter], "responses": answer({})})) == []
    assert problems(one(contradictory)) == []


def test_a_field_that_a_whole_example_lacks_is_not_demanded() -> None:
    """An example that lacks what its own page demands is accepted all the same."""
    operation = create({"f": text()}, ("f",), media_type=JSON, example={"g": "x"})

    assert problems(one(operation)) == []


def test_a_field_without_an_example_is_no_missing_field() -> None:
    """Examples of single fields do not claim to be a whole request."""
    assert problems(one(create({"f": text("x"), "g": text()}, ("f", "g")))) == []


def test_what_the_conflict_report_names_is_let_pass() -> None:
    """A misspelt truth value is a known contradiction, so an overlay may refuse it."""
    field = one(create({"f": text("ture")}))
    assert problems(field, enum=["true", "false"]) == []
    assert problems(one(create({"f": text("yes")})), enum=["true", "false"]) != []


def test_a_row_about_another_place_gives_no_leave() -> None:
    """That a field lacks a description, which the report names too, excuses no example."""
    (problem,) = problems(one(create({"f": text("hello")})), pattern="^[0-9]$")

    assert "a:15" in problem


def test_an_unknown_contradiction_fails_the_build_where_the_page_is() -> None:
    """The error is placed at the page's own file and line."""
    found = one(create({"f": text("hello")}))
    contract = merge([found])
    contract["components"]["schemas"]["AForm"]["properties"]["f"]["maxLength"] = 3
    with pytest.raises(SpecError) as caught:
        check_contract(contract, [found])

    assert (caught.value.where, caught.value.line) == ("a.yaml", 15)


def test_a_request_that_is_gone_is_missed() -> None:
    """Every page keeps its row: an overlay cannot take a page's request away."""
    found = one(create({"f": text("x")}))
    contract = merge([found])
    del contract["components"]["schemas"]["AForm"]
    contract["paths"][PATH]["post"]["requestBody"]["content"][FORM]["schema"]["anyOf"] = [{}]
    texts = [problem.text for problem in example_problems(contract, [found])]

    assert any("its request is missing in the contract" in each for each in texts)


def test_a_field_that_is_gone_is_not_judged() -> None:
    """Where an overlay removes a field there is nothing left to hold its example to."""
    found = one(create({"f": text("x"), "g": text("y")}))
    contract = merge([found])
    del contract["components"]["schemas"]["AForm"]["properties"]["f"]

    assert list(example_problems(contract, [found])) == []


def test_a_file_is_no_text() -> None:
    """The name of a file is shown for a file, and stands for its content."""
    assert problems(one(create({"f": IMAGE}))) == []


def test_numbers_in_a_form_are_judged_as_text() -> None:
    """A form carries the text of a number, so that is what its example is."""
    assert problems(one(create({"f": {"type": "integer", "example": 4}}))) == []


# A part of a contract that nobody's page shows: a value at its place is refused.
PLACES: dict[str, dict[str, Any]] = {
    "a parameter": {
        "paths": {"/a": {"get": {"parameters": [{"schema": {"type": "string"}, "example": 1}]}}}
    },
    "a named example": {
        "paths": {
            "/a": {"get": {"x": {"schema": {"type": "string"}, "examples": {"n": {"value": 1}}}}}
        }
    },
    "a schema": {"components": {"schemas": {"A": {"type": "string", "example": 1}}}},
    "a deep field": {
        "components": {
            "schemas": {"A": {"items": {"properties": {"b": {"type": "string", "default": 1}}}}}
        }
    },
    "a reference": {
        "paths": {
            "/a": {"get": {"x": {"schema": {"$ref": "#/components/schemas/A"}, "example": 1}}}
        },
        "components": {"schemas": {"A": {"type": "string"}}},
    },
}


@pytest.mark.parametrize("place", PLACES)
def test_examples_of_the_overlay_are_held_too(place: str) -> None:
    """An example or default that no page shows has nobody to excuse it."""
    contract: Contract = {"components": {"schemas": {}}, "paths": {}} | copy.deepcopy(PLACES[place])
    (problem,) = [each.text for each in example_problems(contract, [])]

    assert problem.startswith("/")
    assert "the value is refused" in problem


def test_fields_called_like_keywords_are_no_examples() -> None:
    """A field called example is a field."""
    fields = {"schema": {"type": "string"}, "example": {"type": "integer"}, "default": {}}
    schemas = {"A": {"type": "object", "properties": fields}}

    assert list(example_problems({"paths": {}, "components": {"schemas": schemas}}, [])) == []


def test_a_request_example_is_one_body() -> None:
    """The first value of each field, a file as the stand-in for files."""
    operation = create({"f": text("x"), "image": IMAGE, "g": text()})
    (found,) = operations_of(one(operation))
    (request,) = requests_of(found)

    assert request.media_type == FORM
    assert request_example(request) == {"f": "x", "image": FILE}
