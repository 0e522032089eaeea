"""Holds the list of differences between two documents."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi.documents.changes import Change, changes

json_values = st.recursive(
    st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)
CASES: tuple[tuple[Any, Any, list[Change]], ...] = (
    ({"a": 1}, {"a": 2}, [Change("/a", 1, 2)]),
    ({"a": 1}, {}, [Change("/a", 1, None)]),
    ({}, {"a/b": 1}, [Change("/a~1b", None, 1)]),
    ({"a": ["x", "y"]}, {"a": ["x", "z"]}, [Change("/a/1", "y", "z")]),
    ({"a": ["x"]}, {"a": ["x", "y"]}, [Change("/a", ["x"], ["x", "y"])]),
    ({"a": 1}, {"a": True}, [Change("/a", 1, True)]),
    ({"a": {"b": 1}}, {"a": "b"}, [Change("/a", {"b": 1}, "b")]),
)


@pytest.mark.parametrize(("old", "new", "found"), CASES)
def test_a_difference_is_reported_where_it_is(old: Any, new: Any, found: list[Change]) -> None:
    """Each differing value is one row with its pointer; a list that grew is reported whole."""
    assert changes(old, new) == found


@given(json_values)
def test_a_document_does_not_differ_from_itself(document: Any) -> None:
    """Without a difference there is no row."""
    assert changes(document, document) == []


@given(json_values, json_values)
def test_unequal_documents_differ(old: Any, new: Any) -> None:
    """No difference goes unnoticed."""
    assert bool(changes(old, new)) == (
        json.dumps(old, sort_keys=True) != json.dumps(new, sort_keys=True)
    )
