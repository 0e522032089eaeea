"""Request bodies of a contract: variants, the places inside them, and where these are written."""

from typing import Any

import pytest

from openapi.contract.contract import Contract
from openapi.contract.requests import RequestBody

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


def body_of(schema: dict[str, Any]) -> RequestBody:
    """What an operation with that body takes."""
    content = {"application/json": {"schema": schema}}
    operation = {"operationId": "paint", "requestBody": {"content": content}, "responses": {}}
    document = {"paths": {"/p": {"post": operation}}, "components": {"schemas": SCHEMAS}}
    return Contract(document).operation("paint").bodies["application/json"]


def test_each_choice_is_a_variant() -> None:
    """Variants are kept apart by name and by the models they cover."""
    body = body_of({"anyOf": CHOICE})

    assert [(variant.name, list(variant.models)) for variant in body.variants] == [
        ("red", ["r"]),
        ("blue", ["b"]),
    ]
    assert body.by_model
    assert body.fields == {"model", "images", "size"}


def test_a_body_without_choices_is_its_own_variant() -> None:
    """One schema, named or not, is the whole and the only variant."""
    for schema in ({"$ref": "#/components/schemas/Image"}, {"type": "object"}):
        body = body_of(schema)

        assert body.variants == (body.whole,)
        assert not body.by_model


def test_a_place_is_found_through_lists_and_references() -> None:
    """Names lead into objects, numbers into lists, and a reference is followed."""
    red = body_of({"anyOf": CHOICE}).variants[0]

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
    assert body_of({"anyOf": CHOICE}).variants[0].source_at(path, keyword) == source


def test_without_any_source_it_is_the_contract() -> None:
    """A contract need not name its sources."""
    assert body_of({"anyOf": CHOICE}).variants[1].source_at(["size"], "type") == "the contract"
