"""Ids have the forms on record and come again from the same seed."""

import os
import random
import string
import subprocess
import sys
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain.ids import SYSTEM, IdSource
from tests.mock_server.facts import BORN_MS

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
SEEDS = st.integers(0, 2**32)
# A ULID has 48 bits for its instant.
INSTANTS = st.integers(0, 2**48 - 1)


def source(seed: int) -> IdSource:
    """Ids from a seed."""
    return IdSource(random.Random(seed))


def instant_of(ulid: str) -> int:
    """The instant that a ULID begins with."""
    number = 0
    for letter in ulid[:10]:
        number = number * 32 + CROCKFORD.index(letter)
    return number


@given(SEEDS)
def test_a_uuid_is_of_version_4(seed: int) -> None:
    """Version and variant are set, and it is written in the usual way."""
    text = source(seed).uuid()
    read = uuid.UUID(text)

    assert (read.version, read.variant, str(read)) == (4, uuid.RFC_4122, text)


@given(SEEDS, INSTANTS)
def test_a_ulid_begins_with_its_instant(seed: int, now_ms: int) -> None:
    """It has 26 letters of Crockford's base 32, and the first ten are the milliseconds."""
    ulid = source(seed).ulid(now_ms)

    assert len(ulid) == 26
    assert set(ulid) <= set(CROCKFORD)
    assert instant_of(ulid) == now_ms


@given(SEEDS, INSTANTS, INSTANTS)
def test_ulids_sort_by_time(seed: int, one: int, other: int) -> None:
    """Text order is time order, whatever the random part."""
    ids = source(seed)
    sooner, later = (ids.ulid(now) for now in sorted((one, other)))

    assert one == other or sooner < later


def test_a_recorded_ulid_is_read_back() -> None:
    """The id on record was drawn less than a second before its status_update_time."""
    assert 0 < 1759763427208 - instant_of("01k6x15vhrff09dkkqjrzwhm60") < 1000


@given(SEEDS, st.integers(1, 64))
def test_lengths_are_as_asked(seed: int, length: int) -> None:
    """Leading zeros are kept, and only the announced letters appear."""
    ids = source(seed)
    hexadecimal, alphanumeric = ids.hexadecimal(length), ids.alphanumeric(length)

    assert len(hexadecimal) == len(alphanumeric) == length
    assert set(hexadecimal) <= set("0123456789abcdef")
    assert set(alphanumeric) <= set(string.ascii_letters + string.digits)


@pytest.mark.parametrize("seed", [0, 7])
def test_the_same_seed_gives_the_same_ids(seed: int) -> None:
    """A test run can be repeated to the letter."""
    one, other = (
        [ids.uuid(), ids.ulid(BORN_MS), ids.hexadecimal(32), ids.alphanumeric(10)]
        for ids in (source(seed), source(seed))
    )

    assert one == other


def test_ids_do_not_repeat() -> None:
    """One source draws a new id each time."""
    ids = source(1)

    assert len({ids.uuid() for _ in range(1000)} | {ids.ulid(BORN_MS) for _ in range(1000)}) == 2000


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 32, 33, 10_000])
def test_the_system_source_draws_as_many_bytes_as_asked(length: int) -> None:
    """Whatever the size of its blocks; what was drawn before does not come again."""
    one, other = SYSTEM.randbytes(length), SYSTEM.randbytes(length)

    assert len(one) == len(other) == length
    assert length < 16 or one != other


@pytest.mark.parametrize("bits", [0, 1, 7, 8, 9, 53, 128, 129])
def test_the_system_source_draws_as_many_bits_as_asked(bits: int) -> None:
    """Every bit is sometimes set, and no higher one ever is."""
    seen = 0
    for _ in range(200):
        seen |= SYSTEM.getrandbits(bits)

    assert seen == (1 << bits) - 1


def test_the_system_source_refuses_a_negative_number_of_bits() -> None:
    """As the standard library's sources do."""
    with pytest.raises(ValueError, match=r"^the number of bits must not be negative$"):
        SYSTEM.getrandbits(-1)


def test_the_system_source_draws_fractions_from_0_to_1() -> None:
    """They spread over the whole range."""
    drawn = [SYSTEM.random() for _ in range(1000)]

    assert 0 <= min(drawn) < 0.1
    assert 0.9 < max(drawn) < 1


def test_letters_are_letters_and_digits() -> None:
    """As many as asked, and all of them occur."""
    drawn = source(1).letters(10_000)

    assert len(drawn) == 10_000
    assert set(drawn) == set(string.ascii_letters + string.digits)


FORKING = """
import os
from mock_server.domain.ids import SYSTEM
SYSTEM.randbytes(16)
reading, writing = os.pipe()
if not os.fork():
    os.write(writing, SYSTEM.randbytes(16))
    os._exit(0)
print(os.read(reading, 16) in [SYSTEM.randbytes(16) for _ in range(512)])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_draws_other_bytes() -> None:
    """Blocks that were drawn before the fork are used in the parent only."""
    done = subprocess.run(
        [sys.executable, "-c", FORKING], capture_output=True, text=True, check=True
    )

    assert done.stdout == "False\n"
