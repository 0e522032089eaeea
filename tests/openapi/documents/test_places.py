"""Holds places in a document: what is a keyword, what a name, and whose part it is."""

import pytest

from openapi.documents.places import Place, is_map_of_names, is_name, parts, place_of
from openapi.documents.pointers import Steps
from tests.openapi.samples import data


@pytest.mark.parametrize(
    ("pointer", "names", "name"),
    [
        (("paths",), True, False),
        (("paths", "/a"), False, True),
        (("components", "schemas", "A", "properties"), True, False),
        (("components", "schemas", "A", "properties", "properties"), False, True),
        (("components", "schemas", "A", "properties", "properties", "properties"), True, False),
        (("components", "schemas", "schemas", "type"), False, False),
        ((), False, False),
    ],
)
def test_names_and_keywords_are_kept_apart(pointer: Steps, names: bool, name: bool) -> None:
    """A field called properties is a name, whose properties are a map of names again."""
    assert is_map_of_names(pointer) is names
    assert is_name(pointer) is name


def test_a_place_belongs_to_the_nearest_part_with_a_source() -> None:
    """Paths are reported from that part on."""
    document = data("a: {x-source: s, b: {c: {d: 1}}}")
    place = place_of(document, ("a", "b", "c"))

    assert place.owner is document["a"]
    assert place.within_owner == "b/c"
    assert place.keyword == "c"


def test_a_place_outside_every_part_belongs_to_nobody() -> None:
    """Above the first source there is no owner."""
    assert place_of(data("a: {b: 1}"), ("a", "b")).owner is None
    assert Place().keyword == ""


def test_a_field_called_x_source_makes_no_owner() -> None:
    """In a map of names the word is somebody's name."""
    document = data("a: {x-source: s, properties: {x-source: {b: 1}}}")

    assert place_of(document, ("a", "properties", "x-source")).owner is document["a"]


def test_parts_are_objects_and_no_values() -> None:
    """What an example holds is not part of the document."""
    document = data("a: {example: {b: {}}, properties: {example: {c: {}}}, d: [{e: {}}]}")

    assert [pointer for pointer, _ in parts(document)] == [
        (),
        ("a",),
        ("a", "properties"),
        ("a", "properties", "example"),
        ("a", "properties", "example", "c"),
        ("a", "d", 0),
        ("a", "d", 0, "e"),
    ]
