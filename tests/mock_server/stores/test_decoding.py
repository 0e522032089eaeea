"""Whatever bytes are found in a store: facts, or one error that says they cannot be used."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain.job import ends_ms, view_at
from mock_server.stores import encoding
from mock_server.stores.protocol import SERVER, StoredStateError
from tests.mock_server.facts import BORN_MS, character, delivery, job
from tests.mock_server.stores.tenant_suite import ENTRY, STATE

KINDS: dict[str, tuple[bytes, Callable[[bytes], Any]]] = {
    "job": (encoding.encode_job(job()), lambda raw: encoding.decode_job("tenant", raw)),
    "character": (encoding.encode_character(character()), encoding.decode_character),
    "tenant": (encoding.encode_tenant(STATE), lambda raw: encoding.decode_tenant("ann", raw)),
    "delivery": (
        encoding.encode_delivery(delivery()),
        lambda raw: encoding.decode_delivery("tenant", raw),
    ),
    "entry": (encoding.encode_entry(ENTRY), lambda raw: encoding.decode_entry(1, raw)),
}
SCOPES = {
    "job": "jobs",
    "character": "jobs",
    "tenant": "all",
    "delivery": "webhooks",
    "entry": "journal",
}


@st.composite
def damaged(draw: st.DrawFn, raw: bytes) -> bytes:
    """Bytes with some flipped, taken out, put in or cut off."""
    content = bytearray(raw)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, max(0, len(content) - 1)))
        length = draw(st.integers(0, 8))
        content[place : place + length] = draw(st.binary(max_size=8))
    return bytes(content[: draw(st.integers(0, len(content)))] if draw(st.booleans()) else content)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_bytes_are_facts_or_refused(kind: str, data: st.DataObject) -> None:
    """Damaged bytes end in the one error, or in facts that can be kept again."""
    raw, decode = KINDS[kind]
    content = data.draw(damaged(raw))
    try:
        found = decode(content)
    except StoredStateError:
        return
    encode: Callable[[Any], bytes] = getattr(encoding, f"encode_{kind}")
    assert decode(encode(found)) == found


@pytest.mark.parametrize("kind", KINDS)
def test_the_error_says_what_to_reset(kind: str) -> None:
    """Each kind of facts belongs to one scope of a reset."""
    with pytest.raises(StoredStateError) as refused:
        KINDS[kind][1](b"{")

    assert refused.value.scope == SCOPES[kind]


@given(data=st.data(), now=st.integers(0, 2**53))
def test_a_job_that_is_read_has_a_state(data: st.DataObject, now: int) -> None:
    """Whatever a damaged job still says, its state can be computed at any instant."""
    raw, decode = KINDS["job"]
    try:
        found = decode(data.draw(damaged(raw)))
    except StoredStateError:
        return
    assert 0 <= view_at(found, now).progress <= 100
    ends_ms(found)


@pytest.mark.parametrize(
    "change",
    [
        (b'"whsec_', b'"whsec_!'),
        (f'"created_ms":{BORN_MS}'.encode(), b'"created_ms":1e300'),
        (b'"event_types":[', b'"event_types":[1,'),
        (b'"draws":{"ids":12}', b'"draws":[]'),
        (b'"step_ms":30', b'"step_ms":-30'),
    ],
)
def test_a_state_with_one_wrong_value_is_refused(change: tuple[bytes, bytes]) -> None:
    """Each value is checked for its type and range, and secrets are not repeated."""
    raw, decode = KINDS["tenant"]
    assert change[0] in raw
    with pytest.raises(StoredStateError, match="a tenant's state: ") as refused:
        decode(raw.replace(*change))

    assert "bm90IGEgc2Vj" not in str(refused.value)


def test_what_was_set_for_all_is_nobodys_own() -> None:
    """The error names the server, because only a reset of the server helps."""
    with pytest.raises(StoredStateError, match="set for all keys") as refused:
        encoding.decode_tenant(SERVER, b"")

    assert refused.value.scope == SERVER
