"""Holds how numbers and truth values look in a form."""

from typing import Any

import pytest

from openapi.contract.schemas import SchemaCompiler
from openapi.merging.schemas import as_text, text_of

# A declared field, texts a form may carry for it, texts it may not.
TEXTS: tuple[tuple[dict[str, Any], tuple[str, ...], tuple[str, ...]], ...] = (
    ({"type": "integer"}, ("4", "-12", "0"), ("", "4.5", "four", "4 ")),
    ({"type": "number"}, ("4", "4.5", "-0.1"), ("", "4.", "1e3", "x")),
    ({"type": "boolean"}, ("true", "false"), ("True", "1", "")),
    ({"type": "integer", "enum": [4, 8]}, ("4", "8"), ("5",)),
    ({"type": "string"}, ("", "anything"), ()),
)


@pytest.mark.parametrize(("declared", "fit", "unfit"), TEXTS)
def test_a_form_field_takes_texts_of_its_declared_form(
    declared: dict[str, Any], fit: tuple[str, ...], unfit: tuple[str, ...]
) -> None:
    """What a form carries is text; it is held to the form of the declared type."""
    validator = SchemaCompiler({}).compile(as_text(dict(declared), ()))

    assert [text for text in fit if not validator.is_valid(text)] == []
    assert [text for text in unfit if validator.is_valid(text)] == []


def test_what_text_cannot_be_held_to_is_kept_beside_it() -> None:
    """Nothing the page declares is lost."""
    schema = as_text({"type": "integer", "minimum": 1, "format": "int32"}, ())

    assert schema["x-declared"] == {"type": "integer", "minimum": 1, "format": "int32"}
    assert "minimum" not in schema


def test_a_form_that_the_example_breaks_is_not_demanded() -> None:
    """A page that declares a number and shows a word documents the word."""
    assert as_text({"type": "integer"}, ["large"])["type"] == "string"
    assert "pattern" not in as_text({"type": "integer"}, ["large"])


def test_the_items_of_a_list_are_texts_too() -> None:
    """A repeated form field carries one text an item."""
    schema = as_text({"type": "array", "items": {"type": "integer"}}, ())

    assert schema["items"]["type"] == "string"


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), (4, "4"), (0.5, "0.5"), ("a", "a"), ([1, "b"], ["1", "b"])]
)
def test_a_value_is_written_as_a_form_carries_it(value: Any, text: Any) -> None:
    """Truth values are words in small letters, numbers their figures."""
    assert text_of(value) == text
