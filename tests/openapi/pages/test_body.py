"""Holds how a body of a page is read: fields, demands, other rules and examples, by place."""

from typing import Any

import pytest

from openapi.contract.requests import FORM, JSON
from openapi.merging.bodies import examples, other_rules
from openapi.pages.body import Body
from tests.openapi.samples import data, page


def body(media: str, media_type: str = JSON, **schemas: str) -> Body:
    """A request body on a page that has named schemas."""
    held = data(media)
    operation = {"requestBody": {"content": {media_type: held}}}
    components = {"schemas": {name: data(text) for name, text in schemas.items()}}
    found = page("a", {"/a": {"post": operation}}, components=components)
    return Body(found, ("paths", "/a", "post", "requestBody", "content", media_type), media_type)


def test_fields_are_found_where_they_stand() -> None:
    """A field's place is the line on which its name stands."""
    found = body("{schema: {properties: {f: {type: string}}}}")

    assert found.page.at(found.fields["f"][0]) == {"type": "string"}
    assert found.page.path.name == "a.yaml"
    assert found.page.line(found.fields["f"][0]) == 12


def test_a_referenced_body_is_read_where_it_leads() -> None:
    """Fields and demands of a named schema are those of the body."""
    found = body(
        "{schema: {$ref: '#/components/schemas/B'}}", B="{properties: {f: {}}, required: [f]}"
    )

    assert found.fields["f"] == [("components", "schemas", "B", "properties", "f")]
    assert list(found.required) == ["f"]


def test_joined_parts_are_one_object() -> None:
    """Fields and demands of every part count; the first part to name a field has it."""
    found = body(
        "{schema: {allOf: [{$ref: '#/components/schemas/B'}, {properties: {f: {}, g: {}}}]}}",
        B="{properties: {f: {type: string}}, required: [f]}",
    )

    assert [found.page.at(place) for place in found.fields["f"]] == [{"type": "string"}]
    assert set(found.fields) == {"f", "g"}
    assert set(found.required) == {"f"}


def test_what_else_is_said_of_the_body_is_kept() -> None:
    """A rule over several fields is part of what the page documents."""
    found = body("{schema: {properties: {f: {}}, oneOf: [{required: [f]}], x-note: 1}}")

    assert other_rules(found) == {"oneOf": [{"required": ["f"]}], "x-note": 1}


def test_rules_of_several_parts_all_hold() -> None:
    """Two parts that each say something are both kept."""
    found = body("{schema: {allOf: [{minProperties: 1}, {maxProperties: 2, properties: {f: {}}}]}}")

    assert other_rules(found) == {"allOf": [{"minProperties": 1}, {"maxProperties": 2}]}


def test_each_alternative_declares_fields_of_its_own() -> None:
    """A field has a place for each alternative, or the one that holds for every body."""
    found = body(
        "{schema: {properties: {f: {}}, oneOf: ["
        "{properties: {f: {}, g: {type: string}}, required: [g]}, {properties: {g: {}}}]}}"
    )

    assert [len(found.fields[name]) for name in ("f", "g")] == [1, 2]
    assert not found.required


def test_parts_that_contain_themselves_are_read_once() -> None:
    """A contract cannot have a schema without end: what leads back to itself is left open."""
    found = body(
        "{schema: {$ref: '#/components/schemas/B'}}",
        B="{properties: {f: {}}, allOf: [{$ref: '#/components/schemas/B'}]}",
    )

    assert set(found.fields) == {"f"}
    assert other_rules(found) == {}
    assert [part.what for part in found.page.left_out] == [
        "the reference #/components/schemas/B leads back to itself"
    ]


IS_OBJECT = (
    ("{schema: {type: object}}", JSON, True),
    ("{schema: {properties: {}}}", JSON, True),
    ("{schema: {}}", JSON, True),
    ("{}", FORM, True),
    ("{schema: {allOf: [{type: object}]}}", JSON, True),
    ("{schema: {type: array, items: {}}}", JSON, False),
    ("{schema: {oneOf: [{type: string}]}}", JSON, False),
    ("{schema: {type: string, format: binary}}", "video/mp4", False),
    ("{}", "video/mp4", False),
)


@pytest.mark.parametrize(("media", "media_type", "expected"), IS_OBJECT)
def test_a_body_is_an_object_unless_the_page_says_otherwise(
    media: str, media_type: str, expected: bool
) -> None:
    """A list, a choice and a file are none; a JSON body or form without a word is one."""
    assert body(media, media_type).is_object is expected


EXAMPLES: dict[str, tuple[str, dict[str, Any]]] = {
    "one": ("{example: {f: 1}}", {"a": {"f": 1}}),
    "one by name": ("{examples: {'1': {value: {f: 1}}}}", {"a": {"f": 1}}),
    "several by name": (
        "{examples: {x: {value: 1}, y: {value: 2}}}",
        {"a-x": 1, "a-y": 2},
    ),
    "within the schema": ("{schema: {example: {f: 1}}}", {"a-schema": {"f": 1}}),
    "none for a template": ("{example: {f: '{{f}}'}}", {}),
    "none for an outside value": ("{examples: {x: {externalValue: 'https://a'}}}", {}),
    "none": ("{examples: {}}", {}),
}


@pytest.mark.parametrize(("media", "expected"), EXAMPLES.values(), ids=EXAMPLES)
def test_examples_go_by_the_name_of_their_page(media: str, expected: dict[str, Any]) -> None:
    """Every way to show a value counts; each example has a name of its own and its line."""
    shown = examples([body(media)])

    assert {name: example["value"] for name, example in shown.items()} == expected
    assert all(example["x-source"].startswith("a:") for example in shown.values())
