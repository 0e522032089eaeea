"""Rules compiled from a contract: variants, the places inside them, and where they are written."""

from typing import Any

import pytest

from mock_server.http.errors import ApiError
from mock_server.http.validation.explain import refusal
from mock_server.http.validation.rules import BodyRule, RuleCompiler

SCHEMAS: dict[str, Any] = {
    "Image": {"type": "object", "x-source": "images:3", "properties": {"url": {"type": "string"}}},
    "Red": {
        "type": "object",
        "x-variant": "red",
        "x-source": "red:1",
        "x-sources": {"required": "red:9"},
        "required": ["model", "images"],
        "properties": {
            "model": {"type": "string", "enum": ["r"], "x-source": "red:2"},
            "images": {
                "type": "array",
                "x-source": "red:4",
                "items": {"$ref": "#/components/schemas/Image"},
            },
        },
    },
    "Blue": {
        "type": "object",
        "x-variant": "blue",
        "properties": {"model": {"type": "string", "enum": ["b"]}, "size": {"type": "string"}},
    },
}
CHOICE = [{"$ref": "#/components/schemas/Red"}, {"$ref": "#/components/schemas/Blue"}]


def body_rule(schema: dict[str, Any]) -> BodyRule:
    """The rule of an operation with that body."""
    content = {"application/json": {"schema": schema}}
    operation = {"operationId": "paint", "requestBody": {"content": content}}
    rule = RuleCompiler({"components": {"schemas": SCHEMAS}}).operation(operation)
    return rule.bodies["application/json"]


def test_each_choice_is_a_variant() -> None:
    """Variants are told apart by name and by the models they cover."""
    rule = body_rule({"anyOf": CHOICE})

    assert [(variant.name, list(variant.models)) for variant in rule.variants] == [
        ("red", ["r"]),
        ("blue", ["b"]),
    ]
    assert rule.by_model
    assert rule.fields == {"model", "images", "size"}


def test_a_body_without_choices_is_its_own_variant() -> None:
    """One schema, named or not, is the whole and the only variant."""
    for schema in ({"$ref": "#/components/schemas/Image"}, {"type": "object"}):
        rule = body_rule(schema)

        assert rule.variants == (rule.whole,)
        assert not rule.by_model


def test_a_place_is_found_through_lists_and_references() -> None:
    """Names lead into objects, numbers into lists, and a reference is followed."""
    red = body_rule({"anyOf": CHOICE}).variants[0]

    assert red.at(["images", 0, "url"]) == {"type": "string"}
    assert red.at(["images", 7]) == SCHEMAS["Image"]
    assert red.at(["nobody", 0, "knows"]) == {}


@pytest.mark.parametrize(
    ("path", "keyword", "source"),
    [
        ([], "required", "red:9"),
        ([], "type", "red:1"),
        (["model"], "enum", "red:2"),
        (["images", 0], "type", "images:3"),
        (["images", 0, "url"], "type", "images:3"),
        (["nobody"], "type", "red:1"),
    ],
)
def test_a_source_is_the_nearest_that_is_written(
    path: list[str | int], keyword: str, source: str
) -> None:
    """A part without a source of its own is described where its owner is."""
    assert body_rule({"anyOf": CHOICE}).variants[0].source(path, keyword) == source


def test_without_any_source_it_is_the_contract() -> None:
    """A sister's contract need not say where it has things from."""
    assert body_rule({"anyOf": CHOICE}).variants[1].source(["size"], "type") == "the contract"


def test_a_demand_beside_the_choices_is_explained() -> None:
    """A body that a variant accepts can still break what is said of all of them."""
    rule = body_rule({"anyOf": CHOICE, "properties": {"note": {"type": "string"}}})
    fields = {"model": "b", "note": 5}
    error = refusal(rule, fields, lambda _model: None)

    assert not rule.whole.validator.is_valid(fields)
    assert (error.error_kind.code, error.param) == ("invalid_type", "note")


def test_a_demand_without_words_of_its_own_is_explained() -> None:
    """A choice of forms that no list of required fields tells apart has a plain sentence."""
    rule = body_rule({"type": "object", "oneOf": [{"maxProperties": 0}, {"maxProperties": 1}]})
    error = refusal(rule, {"a": 1, "b": 2}, lambda _model: None)

    assert isinstance(error, ApiError)
    assert error.message == "No form of it fits (the contract)."
