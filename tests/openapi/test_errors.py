"""Holds the one line in which a refusal is reported."""

from openapi.errors import SpecError


def test_a_refusal_reads_as_one_line() -> None:
    """A refusal names file and line first, then what, why and how to fix it."""
    error = SpecError(what="no page", where="a.md", line=3, why="it is empty", remedy="write it")

    assert str(error) == "a.md:3: no page: it is empty. write it"
