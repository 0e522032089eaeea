"""Holds what a page may have although OpenAPI does not allow it: left out, or read as meant."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi.pages.invalid_parts import without_invalid_parts
from tests.openapi.page_texts import clean, fields

VALID = {"type": "string", "description": "Look"}


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("type", "strng"),
        ("type", []),
        ("required", []),
        ("required", True),
        ("required", ["a", "a"]),
        ("enum", []),
        ("enum", "a, b"),
        ("minimum", "1"),
        ("maximum", True),
        ("multipleOf", 0),
        ("minLength", -1),
        ("pattern", "("),
        ("pattern", 1),
        ("format", 1),
        ("nullable", "yes"),
        ("properties", []),
        ("items", ["string"]),
        ("anyOf", []),
        ("oneOf", ["string"]),
        ("additionalProperties", "no"),
        ("title", 1),
    ],
)
def test_an_invalid_keyword_is_left_out(keyword: str, value: Any) -> None:
    """The field keeps everything else that it says; what was left out has its place."""
    page = clean()
    fields(page)["style"] = {**VALID, keyword: value}
    expected = clean()
    fields(expected)["style"] = {key: VALID[key] for key in VALID if key != keyword}

    found = without_invalid_parts(page)

    assert found.data == expected
    assert [part.pointer[-2:] for part in found.left_out] == [("style", keyword)]
    assert keyword in found.left_out[0].what


@pytest.mark.parametrize("keyword", ["summary", "parameters", "tags", "requestBody"])
def test_an_empty_key_is_left_out(keyword: str) -> None:
    """An exporter writes keys without a value; that is as if they were not there."""
    page = clean()
    operation = page["paths"]["/v1/videos"]["post"]
    operation[keyword] = None

    found = without_invalid_parts(page)

    assert keyword not in found.data["paths"]["/v1/videos"]["post"]
    assert [part.what for part in found.left_out] == [f"{keyword} is empty"]


def test_a_field_may_have_the_name_of_a_keyword() -> None:
    """`required` and `type` are fields of somebody's request, too; null may be an example."""
    page = clean()
    fields(page)["required"] = {"type": "boolean"}
    fields(page)["type"] = {"type": "string", "example": None, "default": None}

    assert without_invalid_parts(page).left_out == ()


def test_a_file_of_the_older_version_is_a_file() -> None:
    """`type: file` means a file, which OpenAPI 3 writes as text in binary format."""
    page = clean()
    fields(page)["clip"] = {"type": "file"}

    found = without_invalid_parts(page)

    assert fields(found.data)["clip"] == {"type": "string", "format": "binary"}
    assert len(found.left_out) == 1


@pytest.mark.parametrize(
    ("scheme", "demanded", "kept"),
    [
        ({"type": "bearer"}, False, None),
        ({"type": "bearer"}, True, {"type": "http", "scheme": "bearer"}),
        ({"type": "jwt"}, True, None),
        ({"type": "apiKey", "in": "header"}, False, None),
        ("bearer", False, None),
    ],
)
def test_a_scheme_that_does_not_exist_is_left_out_or_read_as_meant(
    scheme: Any, demanded: bool, kept: Any
) -> None:
    """Where an operation demands a bearer token, that is what is meant."""
    page = clean()
    page["components"] = {"securitySchemes": {"Key": scheme}}
    page["security"] = [{"Key": []}] if demanded else []

    found = without_invalid_parts(page)

    assert found.data["components"]["securitySchemes"].get("Key") == kept
    assert len(found.left_out) == 1


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(
    st.sampled_from(["type", "required", "enum", "pattern", "properties", "anyOf", "items"]),
    _VALUES,
)
def test_any_value_is_kept_or_left_out(keyword: str, value: Any) -> None:
    """Whatever stands at a keyword: no error, no change of the page, and one pass is enough."""
    page = clean()
    fields(page)["style"] = {**VALID, keyword: value}
    before = copy.deepcopy(page)

    found = without_invalid_parts(page)

    assert page == before
    assert without_invalid_parts(found.data).left_out == ()
