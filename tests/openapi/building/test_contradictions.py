"""Holds pages that contradict themselves: each builds, and what the page shows is accepted."""

from typing import Any

import pytest

from openapi.building.check import check_contract
from openapi.conflicts import find
from openapi.contract.contract import Contract
from openapi.contract.requests import JSON
from openapi.merging.merge import merge
from openapi.pages.documented import DocumentedPage
from tests.openapi.samples import page

PATH = "/v1/clips"
TEXT = {"type": "string"}


def built(operation: dict[str, Any], path: str = PATH) -> tuple[Contract, DocumentedPage]:
    """The checked contract of one operation, and its page."""
    found = page("a", {path: {"post": {"responses": {"200": {"description": ""}}, **operation}}})
    contract = merge([found])
    check_contract(contract, [found])
    return Contract(contract), found


def asked(schema: dict[str, Any], example: Any) -> dict[str, Any]:
    """An operation with a request and its example."""
    return {"requestBody": {"content": {JSON: {"schema": schema, "example": example}}}}


def field(schema: dict[str, Any], value: Any) -> dict[str, Any]:
    """An operation with one request field and an example of it."""
    return asked({"type": "object", "properties": {"f": schema}}, {"f": value})


BROKEN: dict[str, dict[str, Any]] = {
    "too short": field({**TEXT, "minLength": 9}, "abc"),
    "no match": field({**TEXT, "pattern": "^x$"}, "abc"),
    "a pattern with delimiters": field({**TEXT, "pattern": "/^[a-z]+$/i"}, "abc"),
    "too large": field({"type": "integer", "maximum": 3}, 7),
    "an exclusive limit": field({"type": "integer", "minimum": 7, "exclusiveMinimum": True}, 7),
    "limits that nothing keeps": field({"type": "integer", "minimum": 9, "maximum": 1}, 5),
    "no multiple": field({"type": "integer", "multipleOf": 3}, 7),
    "too few": field({"type": "array", "items": TEXT, "minItems": 2}, ["x"]),
    "an item outside the list": field({"type": "array", "items": {"enum": ["x"]}}, ["z"]),
    "an item of another type": field({"type": "array", "items": TEXT}, [1, {"a": 2}]),
    "a field within that is missing": field({"type": "object", "required": ["c"]}, {"b": 1}),
    "a field within that is not allowed": field(
        {"type": "object", "properties": {"b": TEXT}, "additionalProperties": False}, {"c": 1}
    ),
    "one of two that both fit": field({"oneOf": [TEXT, {**TEXT, "minLength": 1}]}, "x"),
    "one of two that do not fit": field({"oneOf": [{"type": "integer"}, {"maxLength": 0}]}, "x"),
    "all of two that do not fit": field(
        {"allOf": [{"required": ["q"]}, {"properties": {"z": {"type": "integer"}}}]}, {"z": "x"}
    ),
    "what is forbidden": field({"not": {"type": "integer"}}, 1),
    "a name of digits": field({"properties": {"1": {"type": "integer"}}}, {"1": "x"}),
    "a list in the place of an object": asked({"type": "object", "properties": {"f": TEXT}}, [1]),
    "an object in the place of a list": asked({"type": "array", "items": TEXT}, {"a": 1}),
    "a body that is none of several": asked({"oneOf": [{"required": ["a"]}]}, {"c": 1}),
    "a body with more than is allowed": asked({"additionalProperties": False}, {"c": 1}),
}


@pytest.mark.parametrize("operation", BROKEN.values(), ids=BROKEN)
def test_a_rule_that_the_example_breaks_yields(operation: dict[str, Any]) -> None:
    """The example is accepted, the contract lists the rule, and a row says who contradicts whom."""
    contract, found = built(operation)
    example = operation["requestBody"]["content"][JSON]["example"]
    (variant,) = contract.operations[0].variants
    rows = [row for row in find([found]) if row.rule == "example-breaks-rule"]

    assert contract.validator(variant.schema).is_valid(example)
    assert "that an example breaks (a:" in contract.operations[0].node["x-left-out"][0]
    assert rows
    assert all(len(row.claims) == 2 for row in rows)


@pytest.mark.parametrize("operation", BROKEN.values(), ids=BROKEN)
def test_a_response_yields_too(operation: dict[str, Any]) -> None:
    """What the page shows of a response fits what the contract says of it."""
    media = operation["requestBody"]["content"]
    contract, _ = built({"responses": {"200": {"description": "", "content": media}}})
    answered = contract.operations[0].responses["200"]["content"][JSON]

    assert contract.validator(answered["schema"]).is_valid(media[JSON]["example"])


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"g": {"type": "integer", "default": "five"}}},
        {"type": "array", "items": {"type": "integer", "minimum": 5, "example": 1}},
    ],
)
def test_a_value_shown_within_a_field_is_settled(schema: dict[str, Any]) -> None:
    """Examples and defaults stand at any depth of a page."""
    contract, _ = built(asked({"type": "object", "properties": {"f": schema}}, {}))

    assert contract.operations[0].node["x-left-out"]


MISSHAPEN: dict[str, dict[str, Any]] = {
    "requirements in a mapping": {"security": {"bearer": []}},
    "a requirement that is a list": {"security": [["bearer"]]},
    "an empty parameter": {"parameters": [None, {"name": "n", "in": "query", "schema": TEXT}]},
    "a parameter without a schema": {"parameters": [{"name": "n", "in": "query"}]},
    "a parameter of another path": {"parameters": [{"name": "z", "in": "path", "schema": TEXT}]},
    "a style that does not exist": {
        "parameters": [{"name": "n", "in": "query", "style": "comma", "schema": TEXT}]
    },
    "a word for a status": {"responses": {"200": {"description": ""}, "success": {}}},
    "a number that is no status": {"responses": {"99": {"description": ""}}},
    "an empty example": {
        "responses": {"200": {"description": "", "content": {JSON: {"examples": {"1": None}}}}}
    },
    "a keyword of JSON Schema": asked({"if": TEXT, "then": {}, "patternProperties": {}}, {}),
    "a word that is no keyword": field({**TEXT, "order": 3}, "x"),
    "a template in a list": field({**TEXT, "enum": ["{{x}}", "y"]}, "y"),
    "a lost reference": asked({"$ref": "#/components/schemas/Lost"}, {}),
    "a reference to another file": asked({"$ref": "other.yaml#/X"}, {}),
    "a schema that is a flag": field({"type": "object", "items": True}, {}),
}


@pytest.mark.parametrize("operation", MISSHAPEN.values(), ids=MISSHAPEN)
def test_what_openapi_does_not_have_is_left_out(operation: dict[str, Any]) -> None:
    """The rest of the page is built; the part is listed, and is a row with its line."""
    contract, found = built(operation)

    assert contract.operations[0].node["x-left-out"]
    assert any(row.rule == "invalid-part" for row in find([found]))


def test_a_path_declares_its_parameters_even_when_its_page_does_not() -> None:
    """A parameter that only the path names is a text, which is inferred."""
    contract, found = built({}, path="/v1/{a}/{a}/{b}")

    assert [each["name"] for each in contract.operations[0].parameters] == ["a", "b"]
    assert "path-parameter-undeclared" in {row.rule for row in find([found])}


def test_lines_stay_right_behind_an_item_that_was_left_out() -> None:
    """The parameter behind an empty one is cited with its own line."""
    contract, found = built(MISSHAPEN["an empty parameter"])
    (parameter,) = contract.operations[0].parameters

    place = ("paths", PATH, "post", "parameters", 1)
    assert parameter["x-source"] == f"a:{found.located.line(place)}"


def test_a_template_in_a_text_is_not_filled_in() -> None:
    """Its double braces are written as single ones."""
    contract, _ = built({"summary": "Make {{name}}"} | field({**TEXT, "description": "{{a}}"}, ""))

    assert contract.operations[0].node["summary"] == "Make {name}"
