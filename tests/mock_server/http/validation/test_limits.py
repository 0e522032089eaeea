"""Holds how the limits of a form's number are worded for the client that broke them."""

from typing import Any

import pytest

from mock_server.http.validation.limits import is_limited_number, number_in_words


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ({"type": "integer", "minimum": 4, "maximum": 12}, "a whole number between 4 and 12"),
        ({"type": "number", "minimum": 0}, "a number at least 0"),
        ({"type": "number", "maximum": 1, "exclusiveMaximum": True}, "a number below 1"),
        (
            {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 1},
            "a number above 0 and at most 1",
        ),
        ({"type": "integer", "exclusiveMinimum": 0}, "a whole number above 0"),
        ({"type": "integer", "multipleOf": 8}, "a whole number, a multiple of 8"),
    ],
)
def test_limits_are_said_as_the_page_declares_them(declared: dict[str, Any], words: str) -> None:
    """A client reads numbers, not the pattern that its text is held to."""
    assert number_in_words(declared) == words
    assert is_limited_number({"type": "string", "pattern": "^x$", "x-declared": declared})


def test_a_number_without_limits_is_worded_by_its_rule() -> None:
    """Only the form of a number is demanded then."""
    assert not is_limited_number({"type": "string", "x-declared": {"type": "integer"}})
