"""Answers stay what they were, byte for byte, until somebody decides that they change.

`python -m tests.system.recorded.answers` writes them anew; the difference belongs in a review.
"""

import pytest

from openapi.dialects import names
from tests.system.recorded.answers import answers, recorded


@pytest.mark.parametrize("dialect", names())
def test_answers_are_those_on_record(dialect: str) -> None:
    """Status, headers and body of every recorded request are unchanged, but for random ids."""
    assert list(answers(dialect)) == recorded(dialect)
