"""Holds JSON pointers to RFC 6901."""

from hypothesis import given
from hypothesis import strategies as st

from openapi.documents.pointers import json_pointer, steps_of


def test_slashes_and_tildes_are_escaped() -> None:
    """A step that holds a slash or a tilde stays one step."""
    assert json_pointer(("paths", "/v1/a~b", 0)) == "/paths/~1v1~1a~0b/0"


@given(st.lists(st.text()))
def test_a_pointer_leads_back_to_its_steps(steps: list[str]) -> None:
    """Rendering steps and reading them again changes none."""
    assert list(steps_of(json_pointer(tuple(steps)))) == steps
