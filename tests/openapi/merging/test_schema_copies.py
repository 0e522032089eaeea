"""Holds the copy of a page's schema: references followed, dialects translated."""

from typing import Any

import pytest

from openapi.errors import SpecError
from openapi.merging.schemas import copied, is_placeholder
from tests.openapi.samples import data, page

SCHEMAS = ("components", "schemas")


def copy_of(schema: str, **others: str) -> dict[str, Any]:
    """The copy of a schema that stands on a page beside others."""
    schemas = {"Asked": data(schema), **{name: data(text) for name, text in others.items()}}
    return copied(page("a", {"/a": {}}, components={"schemas": schemas}), (*SCHEMAS, "Asked"))


# What a page has, and what the contract has of it.
TRANSLATED = {
    "a plain schema": ("{type: string, maxLength: 3}", "{type: string, maxLength: 3}"),
    "a type or null": ("{type: [string, 'null']}", "{type: string, nullable: true}"),
    "one type in a list": ("{type: [integer]}", "{type: integer}"),
    "several types": (
        "{type: [string, integer]}",
        "{anyOf: [{type: string}, {type: integer}]}",
    ),
    "several types or null": (
        "{type: [string, integer, 'null']}",
        "{anyOf: [{type: string, nullable: true}, {type: integer, nullable: true}]}",
    ),
    "the type null alone": ("{type: 'null'}", "{x-declared: {type: 'null'}}"),
    "a constant": ("{const: 5}", "{enum: [5]}"),
    "a list of examples": ("{examples: [a, b]}", "{example: a}"),
    "an exclusive limit as a number": (
        "{exclusiveMinimum: 1, exclusiveMaximum: 9}",
        "{minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: true}",
    ),
    "an exclusive limit as 3.0 has it": (
        "{minimum: 1, exclusiveMinimum: true}",
        "{minimum: 1, exclusiveMinimum: true}",
    ),
    "words of the exporting tool": ("{x-apifox-orders: [a], x-apifox: {b: 1}, x-c: 1}", "{x-c: 1}"),
    "prose facts": ("{items: {type: string, x-prose: {unit: s}}}", "{items: {type: string}}"),
    "a template for an example": ("{example: 'Bearer {{KEY}}'}", "{}"),
    "fields called like keywords": (
        "{properties: {const: {type: string}, example: {type: integer}}}",
        "{properties: {const: {type: string}, example: {type: integer}}}",
    ),
    "values that look like schemas": ("{default: {const: 1}}", "{default: {const: 1}}"),
}


@pytest.mark.parametrize(("schema", "expected"), TRANSLATED.values(), ids=TRANSLATED)
def test_a_schema_is_copied_as_openapi_3_0_has_it(schema: str, expected: str) -> None:
    """Words of 3.1 and of the tool become 3.0 or vanish; facts stay."""
    assert copy_of(schema) == data(expected)


def test_references_are_followed_to_the_end() -> None:
    """A reference to a reference is what that one names, wherever it stands."""
    found = copy_of(
        "{items: {not: {$ref: '#/components/schemas/B'}}, not: {$ref: '#/components/schemas/C'}}",
        B="{$ref: '#/components/schemas/C'}",
        C="{type: string}",
    )

    assert found == {"items": {"not": {"type": "string"}}, "not": {"type": "string"}}


def test_two_copies_share_nothing() -> None:
    """Changing one copy leaves the page and the next copy as they are."""
    text = "{properties: {a: {example: [1]}}}"
    first = copy_of(text)
    first["properties"]["a"]["example"].append(2)

    assert copy_of(text)["properties"]["a"]["example"] == [1]


LOST = {
    "nothing on the page": ("{$ref: '#/components/schemas/Z'}", "names nothing"),
    "another file": ("{$ref: 'other.yaml#/a'}", "out of this page"),
    "another host": ("{$ref: 'https://one.example/a'}", "out of this page"),
    "itself": ("{$ref: '#/components/schemas/Asked'}", "back to itself"),
    "itself, within": (
        "{properties: {a: {$ref: '#/components/schemas/Asked'}}}",
        "contains itself",
    ),
}


@pytest.mark.parametrize(("schema", "why"), LOST.values(), ids=LOST)
def test_a_reference_that_leads_nowhere_is_named_by_its_line(schema: str, why: str) -> None:
    """A reference that cannot be followed is an error on the page's line, not a guess."""
    with pytest.raises(SpecError, match=why) as caught:
        copy_of(schema)

    assert caught.value.where == "a.yaml"
    assert caught.value.line > 1


@pytest.mark.parametrize(
    "value", ["{{a}}", "Bearer {{KEY}}", ["x", "{{y}}"], {"a": {"b": "{{c}}"}}]
)
def test_a_template_is_no_value(value: object) -> None:
    """Whatever holds double braces stands for a value."""
    assert is_placeholder(value)


@pytest.mark.parametrize("value", ["{a}", "", 1, None, [], {"{{a}}": 1}])
def test_other_values_are_values(value: object) -> None:
    """Single braces, numbers and empty values are what they are."""
    assert not is_placeholder(value)
