"""Tallies in one process and in files that workers share."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from importlib.metadata import requires, version
from inspect import signature
from pathlib import Path
from threading import Thread

import pytest
from packaging.requirements import Requirement
from packaging.version import Version
from prometheus_client.mmap_dict import MmapedDict

from mock_server.observability.counters import ALONE, OwnTally, SharedTally, Tally, forget_levels

At = Callable[[int], SharedTally]


@pytest.fixture
def at(tmp_path: Path) -> Iterator[At]:
    """Makes the tally of a worker's place."""
    with ExitStack() as stack:
        yield lambda place: stack.enter_context(closing(SharedTally(tmp_path, place)))


@pytest.fixture(params=["own", "shared"])
def tally(request: pytest.FixtureRequest, at: At) -> Tally:
    """An empty one of each kind."""
    return OwnTally() if request.param == "own" else at(0)


def test_sums_grow_by_key(tally: Tally) -> None:
    """A key is a tuple of texts and numbers, and each key has its own sum."""
    tally.add(("answers", "listVideos", 200, 3))
    tally.add(("answers", "listVideos", 200, 3), 4)
    tally.add(("answers", "listVideos", 404, 3))

    assert tally.totals() == {
        ("answers", "listVideos", 200, 3): 5,
        ("answers", "listVideos", 404, 3): 1,
    }


def test_the_last_level_counts(tally: Tally) -> None:
    """Published levels replace the previous ones."""
    tally.publish({"open": 7})
    tally.publish({"open": 2})

    assert list(tally.levels().values()) == [{"open": 2}]


def test_a_server_of_one_process_has_a_worker_without_a_name() -> None:
    """It is listed from the start, without levels."""
    assert OwnTally().levels() == {ALONE: {}}


def test_every_worker_sees_the_sums_of_all(at: At) -> None:
    """Sums are added up over all places, levels stay apart."""
    one, other = at(0), at(1)
    for tally, amount in ((one, 3), (other, 4)):
        tally.add(("jobs", "sora-2"), amount)
        tally.publish({"open": amount})

    assert one.totals() == other.totals() == {("jobs", "sora-2"): 7}
    assert one.levels() == other.levels() == {"0": {"open": 3}, "1": {"open": 4}}


def test_a_new_worker_continues_the_sums_of_its_place(at: At) -> None:
    """The levels of the previous worker are gone, its sums are continued."""
    for _ in range(3):
        tally = at(0)
        before = tally.levels()
        tally.add(("jobs",))
        tally.publish({"open": 1})

        assert before == {}

    assert at(1).totals() == {("jobs",): 3}


def test_a_worker_that_is_gone_has_no_levels(at: At, tmp_path: Path) -> None:
    """Its sums stay even if its place is never taken again; forgetting it twice is harmless."""
    gone, there = at(0), at(1)
    gone.add(("jobs",))
    gone.publish({"open": 9})
    forget_levels(tmp_path, 0)
    forget_levels(tmp_path, 0)

    assert there.levels() == {}
    assert there.totals() == {("jobs",): 1}


def test_a_worker_that_is_just_starting_counts_nothing(at: At, tmp_path: Path) -> None:
    """A file that was just created and is still empty is skipped."""
    (tmp_path / "sums-1").touch()
    (tmp_path / "levels-1").touch()
    tally = at(0)

    assert (tally.totals(), tally.levels()) == ({}, {})


def test_threads_lose_no_count(at: At) -> None:
    """Threads add to many keys at once, beyond the initial size of the file, and none is lost."""
    tally = at(0)

    def count() -> None:
        for number in range(2000):
            tally.add(("key", number))

    threads = [Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert tally.totals() == {("key", number): 4 for number in range(2000)}


def test_the_installed_prometheus_client_has_what_shared_tallies_use() -> None:
    """A release that changes what is used of the non-public ``MmapedDict`` fails here by name."""
    used = {
        "__init__": ["self", "filename", "read_mode"],
        "read_value": ["self", "key"],
        "write_value": ["self", "key", "value", "timestamp"],
        "read_all_values_from_file": ["filename"],
        "close": ["self"],
    }
    found = {name: list(signature(getattr(MmapedDict, name)).parameters) for name in used}

    assert found == used, f"prometheus-client {version('prometheus-client')}"


def test_the_tested_release_of_prometheus_client_is_within_the_bound() -> None:
    """The requirement excludes the first minor release that these tests have not been run with."""
    (bound,) = [each for each in requires("video-gateway-mock") or () if "prometheus" in each]
    installed = Version(version("prometheus-client"))

    assert installed in Requirement(bound).specifier
    assert Version(f"{installed.major}.{installed.minor + 1}") not in Requirement(bound).specifier
