"""How deep and how large JSON may be, judged before anything is made of it."""

from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mock_server.http.bodies.reading import require_small_json
from mock_server.http.errors import ApiError
from mock_server.http.limits import BodyLimits

TEXTS = st.text(alphabet='a{}[]",\\é', max_size=8)
VALUES = st.recursive(
    st.none() | st.integers(-9, 9) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=15,
)


def depth_of(value: Any) -> int:
    """How many levels of lists and objects a value has."""
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth_of, value), default=0) if isinstance(value, list) else 0


@example('[["', 1)
@given(VALUES, st.integers(1, 6))
def test_the_depth_is_that_of_the_value(value: Any, limit: int) -> None:
    """Brackets within texts are no nesting, whatever stands around them."""
    raw = orjson.dumps(value)
    if depth_of(value) <= limit:
        require_small_json(raw, BodyLimits(depth=limit))
        return
    with pytest.raises(ApiError, match=f"more than {limit} levels"):
        require_small_json(raw, BodyLimits(depth=limit))


@given(st.binary(max_size=200))
def test_any_bytes_are_judged(raw: bytes) -> None:
    """What is no JSON at all is left to the parser, or refused here as no valid JSON."""
    with suppress(ApiError):
        require_small_json(raw, BodyLimits(depth=2, values=10))


def test_what_follows_the_last_bracket_is_looked_at_once() -> None:
    """Megabytes without a bracket take no longer than others; they would take hours."""
    require_small_json(b"[]" * 201 + b"a" * 20_000_000, BodyLimits())


def test_a_long_text_is_one_value() -> None:
    """Only what could make many values is counted, so a large data URL is none."""
    url = '"data:image/png;base64,' + "A" * 1_000_000 + '"'
    require_small_json(b'{"images":[' + url.encode() + b"]}", BodyLimits())

    with pytest.raises(ApiError, match="more than 10000 values"):
        require_small_json(b"[" + b"0," * 100_000 + b"0]", BodyLimits())
