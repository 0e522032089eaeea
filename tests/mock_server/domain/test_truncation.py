"""What is kept of a request is bounded, and says how much was left out."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain.truncation import LONGEST_TEXT, MOST_KEPT, kept, quote, weight

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=20,
)
# What the last value that fits may add, and the count of those that did not.
BEYOND = 4 * LONGEST_TEXT + 10_000
LARGE: tuple[dict[str, Any], ...] = (
    {"x": "a" * 10_000_000},
    {"x": "\U0001f600" * 1_000_000},
    {f"f{number}": "a" * 31_000 for number in range(600)},
    {f"f{number}": number for number in range(100_000)},
    {"x" * 1_000_000: 1},
    {"x": [0] * 100_000},
    {"x": [["a" * 1000] * 100] * 100},
    {"x": {"y": {f"f{number}": ["a"] for number in range(100_000)}}},
)


@given(st.dictionaries(st.text(max_size=9), JSON, max_size=20))
def test_a_usual_request_is_kept_whole(fields: dict[str, Any]) -> None:
    """Nothing of a small request is changed."""
    assert kept(fields) == fields


@pytest.mark.parametrize("fields", LARGE, ids=range(len(LARGE)))
def test_what_is_kept_of_a_large_request_is_bounded(fields: dict[str, Any]) -> None:
    """However a request is large, in its texts, names, lists or levels, little of it is kept."""
    found = kept(fields)

    assert weight(found) <= MOST_KEPT + BEYOND
    assert "more" in repr(found)


def test_what_is_left_out_is_counted() -> None:
    """A text says how many characters are missing, and a table how many fields."""
    found = kept({"prompt": "a" * (LONGEST_TEXT + 5)} | {f"f{n}": "b" * 1000 for n in range(200)})

    assert found["prompt"] == "a" * LONGEST_TEXT + "... [5 more characters]"
    assert found["..."] == f"[{201 - (len(found) - 1)} more fields]"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("short", "'short'"),
        (12, "12"),
        ({"key": ["a", 1]}, "{'key': ['a', 1]}"),
        ("a" * 78, f"'{'a' * 78}'"),
        ("a" * 79, f"'{'a' * 79}…"),
        ("a" * 1000, f"'{'a' * 79}…"),
        (["ab"] * 1000, "['ab', " + "'ab', " * 12 + "'…"),
        ({"k" * 1000: 1}, f"{{'{'k' * 78}…"),
    ],
)
def test_a_quoted_value_is_at_most_80_characters_long(value: object, shown: str) -> None:
    """The start of its literal, and a mark where something is missing."""
    assert quote(value) == shown


def test_the_mark_of_a_cut_can_be_chosen() -> None:
    """Messages in plain ASCII use three dots."""
    assert quote("a" * 100, "...") == f"'{'a' * 79}..."
