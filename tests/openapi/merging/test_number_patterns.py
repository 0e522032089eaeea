"""Holds the patterns of a form's numbers to the limits that they stand for."""

from decimal import Decimal
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi.merging.number_patterns import limited_form

_INTEGERS = st.integers(-1200, 1200)
_NUMBERS = st.decimals(-30, 30, places=2).map(float)


def accepts(declared: dict[str, Any], text: str) -> bool:
    """Whether the form's schema of a number takes a text."""
    form = limited_form(declared)
    assert form is not None
    return jsonschema_rs.is_valid({"type": "string", **form}, text)


def is_within(declared: dict[str, Any], text: str) -> bool:
    """What JSON Schema says about the number itself."""
    value = Decimal(text)
    low, high = (Decimal(str(declared.get(each, value))) for each in ("minimum", "maximum"))
    if declared.get("exclusiveMinimum") and value == low:
        return False
    if declared.get("exclusiveMaximum") and value == high:
        return False
    return low <= value <= high


def limits(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """One limit or two, the lower one first, each of them exclusive or not."""
    return st.builds(
        lambda ends, kept, low, high: {
            **({"minimum": min(ends)} if kept != "maximum" else {}),
            **({"maximum": max(ends)} if kept != "minimum" else {}),
            **({"exclusiveMinimum": True} if low and kept != "maximum" else {}),
            **({"exclusiveMaximum": True} if high and kept != "minimum" else {}),
        },
        st.lists(values, min_size=2, max_size=2, unique=True),
        st.sampled_from(["minimum", "maximum", "both"]),
        st.booleans(),
        st.booleans(),
    )


@given(limits(_INTEGERS), st.data())
def test_a_whole_number_is_accepted_within_its_limits(
    declared: dict[str, Any], data: st.DataObject
) -> None:
    """Near the limits and far from them, with zeros in front or not."""
    near = [value + each for value in declared.values() for each in (-1, 0, 1)]
    value = data.draw(st.one_of(st.sampled_from(near), _INTEGERS, st.just(0)))
    text = f"{'-' if value < 0 else ''}{data.draw(st.sampled_from(['', '00']))}{abs(value)}"
    if limited_form({"type": "integer", **declared}) is None:
        return

    assert accepts({"type": "integer", **declared}, text) == is_within(declared, text)


@given(limits(_NUMBERS), st.data())
def test_a_decimal_number_is_accepted_within_its_limits(
    declared: dict[str, Any], data: st.DataObject
) -> None:
    """A limit with digits behind its point is held to the last of them."""
    near = [
        Decimal(str(value)) + Decimal(each)
        for value in declared.values()
        if not isinstance(value, bool)
        for each in ("-0.001", "0", "0.001", "-0.01", "0.01", "-1", "1")
    ]
    drawn = data.draw(st.one_of(st.sampled_from(near), st.decimals(-40, 40, places=3)))
    text = f"{drawn:f}" + data.draw(st.sampled_from(["", "0" if "." in f"{drawn:f}" else ".0"]))

    assert accepts({"type": "number", **declared}, text) == is_within(declared, text)


@pytest.mark.parametrize("text", ["", "-", "1.5", "a", "1e3", "5 ", "+5", ".5"])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    """The pattern describes the whole text."""
    assert not accepts({"type": "integer", "minimum": 1}, text)


def test_few_multiples_are_listed() -> None:
    """A step between two limits makes a list of values."""
    declared = {"type": "integer", "minimum": 1, "maximum": 30, "multipleOf": 8}

    assert limited_form(declared) == {"enum": ["8", "16", "24"]}


@pytest.mark.parametrize(
    "declared",
    [
        {"type": "integer"},
        {"type": "integer", "multipleOf": 8},
        {"type": "number", "multipleOf": 0.5, "minimum": 0, "maximum": 3},
        {"type": "integer", "minimum": 0, "maximum": 10**9, "multipleOf": 2},
        {"type": "integer", "minimum": "1"},
        {"type": "number", "maximum": 1e300},
        {"type": "integer", "minimum": 0, "maximum": 9, "multipleOf": 0},
        {"type": "integer", "minimum": 5, "maximum": 4},
    ],
)
def test_what_no_pattern_describes_has_none(declared: dict[str, Any]) -> None:
    """No limit, a limit that is none, or one that text cannot be held to in reason."""
    assert limited_form(declared) is None
