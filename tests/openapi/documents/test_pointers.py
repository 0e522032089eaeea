"""Holds JSON pointers to RFC 6901, and references to the documents they stand in."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi.documents.pointers import follow, json_pointer, resolve, steps_of


def test_slashes_and_tildes_are_escaped() -> None:
    """A step that holds a slash or a tilde stays one step."""
    assert json_pointer(("paths", "/v1/a~b", 0)) == "/paths/~1v1~1a~0b/0"


@given(st.lists(st.text()))
def test_a_pointer_leads_back_to_its_steps(steps: list[str]) -> None:
    """Rendering steps and reading them again changes none."""
    assert list(steps_of(json_pointer(tuple(steps)))) == steps


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("#/a/0", 1),
        ("#/b~1c", 2),
        ("#/%64", 3),
        ("#/a/1", None),
        ("#/z", None),
        ("z.yaml#/a", None),
    ],
)
def test_a_reference_is_resolved_within_the_document(reference: str, found: int | None) -> None:
    """Lists are counted, signs are unescaped, and what is elsewhere is nothing."""
    assert resolve({"a": [1], "b/c": 2, "d": 3}, reference) == found


@pytest.mark.parametrize(
    ("node", "found"),
    [
        ({"type": "string"}, {"type": "string"}),
        ({"$ref": "#/a"}, {"type": "integer"}),
        ({"$ref": "#/b"}, {"type": "integer"}),
        ({"$ref": "#/circle"}, {}),
        ({"$ref": "#/nothing"}, {}),
    ],
)
def test_references_are_followed_to_the_end(node: dict[str, Any], found: dict[str, Any]) -> None:
    """A reference may lead to a reference; one that leads nowhere, or to itself, is empty."""
    document = {"a": {"type": "integer"}, "b": {"$ref": "#/a"}, "circle": {"$ref": "#/circle"}}

    assert follow(document, node) == found
