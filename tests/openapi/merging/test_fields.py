"""Holds one field: which values are documented, of which types, and the line of each."""

from typing import Any

import pytest

from openapi.merging.fields import field_schema
from openapi.pages.field import Cited, Field
from tests.openapi.samples import data, page


def schema_of(declared: str, *shown: Any, closed: bool = True, is_text: bool = False) -> Any:
    """What a contract says of a declared field that shows values in whole-body examples."""
    found = page("a", {"/a": {"x-f": data(declared), "x-shown": [*shown]}})
    here = ("paths", "/a", "x-f")
    values: tuple[Cited, ...] = tuple(
        (value, ("paths", "/a", "x-shown", index)) for index, value in enumerate(shown)
    )
    if "example" in found.at(here):
        values = (*values, (found.at(here)["example"], (*here, "example")))
    built = field_schema(Field(found, here, here, values), closed=closed, is_text=is_text)
    return {key: value for key, value in built.items() if not key.startswith("x-")}


# What it shows: the declared field, the values shown elsewhere, the schema.
FIELDS: dict[str, tuple[str, tuple[Any, ...], str]] = {
    "listed and shown": (
        "{type: string, example: c, x-prose: {allowed: [a, b]}}",
        (),
        "{type: string, enum: [c, a, b], example: c}",
    ),
    "listed by an enum and in prose": (
        "{type: string, enum: [a], x-prose: {allowed: [a, b]}}",
        (),
        "{type: string, enum: [a, b]}",
    ),
    "listed as resolutions": (
        "{type: string, x-prose: {resolutions: {small: 720p}}}",
        (),
        "{type: string, enum: [small]}",
    ),
    "every shown value": (
        "{type: string}",
        ("a", "b", "a"),
        "{type: string, enum: [a, b], example: a}",
    ),
    "a default counts": (
        "{type: string, x-prose: {allowed: [a], default: b}}",
        (),
        "{type: string, enum: [b, a], default: b}",
    ),
    "words of prose in the declared type": (
        "{type: integer, x-prose: {allowed: ['4', '8'], default: '4'}}",
        (),
        "{type: integer, enum: [4, 8], default: 4}",
    ),
    "numbers with a point": (
        "{type: number, x-prose: {allowed: ['0.5', '1']}}",
        (),
        "{type: number, enum: [0.5, 1]}",
    ),
    "truth values in prose": (
        "{type: boolean, x-prose: {default: 'true'}}",
        (),
        "{type: boolean, enum: [true], default: true}",
    ),
    "a word among numbers is text": (
        "{type: integer, x-prose: {allowed: ['4', auto]}}",
        (),
        "{enum: [4, auto], anyOf: [{type: integer}, {type: string}]}",
    ),
    "true is not 1": ("{}", (True, 1), "{enum: [true, 1], example: true}"),
    "a type that the example contradicts": (
        "{type: string}",
        (False,),
        "{enum: [false], anyOf: [{type: string}, {type: boolean}], example: false}",
    ),
    "null means it may be left empty": (
        "{type: string, enum: [a]}",
        (None,),
        "{type: string, enum: [a], nullable: true}",
    ),
    "a list is not held to whole lists": (
        "{type: array, items: {type: string}, x-prose: {allowed: [a]}}",
        (["x"],),
        "{type: array, items: {type: string}, example: [x]}",
    ),
    "one of several schemas is not closed": (
        "{oneOf: [{type: string}]}",
        ("a",),
        "{oneOf: [{type: string}], example: a}",
    ),
    "nothing is listed or shown": ("{type: string}", (), "{type: string}"),
    "a file": ("{type: string, format: binary, example: C}", (), "{type: string, format: binary}"),
}


@pytest.mark.parametrize(("declared", "shown", "expected"), FIELDS.values(), ids=FIELDS)
def test_a_closed_field_takes_its_documented_values(
    declared: str, shown: tuple[Any, ...], expected: str
) -> None:
    """Listed, shown and default values are documented, in every type they have."""
    assert schema_of(declared, *shown) == data(expected)


def test_an_open_field_takes_more_than_it_shows() -> None:
    """Where no page lists values an example is only an example."""
    assert schema_of("{type: string}", "a", closed=False) == {"type": "string", "example": "a"}


def test_a_form_field_carries_text() -> None:
    """Listed numbers, the example and the default are texts where all is text."""
    declared = "{type: integer, example: 4, x-prose: {allowed: ['4', '8'], default: '8'}}"

    assert schema_of(declared, is_text=True)["enum"] == ["4", "8"]
    assert schema_of(declared, is_text=True)["default"] == "8"
    assert schema_of(declared, is_text=True)["type"] == "string"


def test_a_file_keeps_the_name_it_shows() -> None:
    """The path in a file's example is no content, so it is shown and not sent."""
    found = page("a", {"/a": {"x-f": {"type": "string", "format": "binary"}}})
    here = ("paths", "/a", "x-f")

    assert field_schema(Field(found, here, here, (("C:\\a.png", here),)), closed=False) == {
        "type": "string",
        "format": "binary",
        "x-source": "a:6",
        "x-shown": "C:\\a.png",
    }


def test_each_value_cites_its_line_and_a_listed_one_its_list() -> None:
    """A value that is shown and listed is cited where it is listed."""
    text = "{type: string, example: b, x-prose: {allowed: [a, b]}}"
    found = page("a", {"/a": {"x-f": data(text)}})
    here = ("paths", "/a", "x-f")
    field = Field(found, here, here, (("b", (*here, "example")),))
    prose = (*here, "x-prose", "allowed")

    assert field_schema(field, closed=True)["x-enum-sources"] == {
        "b": found.cite((*prose, 1)),
        "a": found.cite((*prose, 0)),
    }
