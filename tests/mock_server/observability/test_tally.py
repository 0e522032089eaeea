"""Sums that outlive a worker and levels that do not, in the files that workers share."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Thread

import pytest

from mock_server.observability.shared_tally import SharedTally, forget_levels
from mock_server.observability.tally import ALONE, OwnTally, Tally

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
    """Words and numbers make a key, and each key has a sum of its own."""
    tally.add(("answers", "listVideos", 200, 3))
    tally.add(("answers", "listVideos", 200, 3), 4)
    tally.add(("answers", "listVideos", 404, 3))

    assert tally.totals() == {
        ("answers", "listVideos", 200, 3): 5,
        ("answers", "listVideos", 404, 3): 1,
    }


def test_the_last_level_counts(tally: Tally) -> None:
    """What is published replaces what was."""
    tally.publish({"open": 7})
    tally.publish({"open": 2})

    assert list(tally.levels().values()) == [{"open": 2}]


def test_a_server_of_one_process_has_a_worker_without_a_name() -> None:
    """Its levels are there from the start."""
    assert OwnTally().levels() == {ALONE: {}}


def test_each_has_the_sums_of_all(at: At) -> None:
    """Sums are added up over all places, levels stay apart."""
    one, other = at(0), at(1)
    for tally, amount in ((one, 3), (other, 4)):
        tally.add(("jobs", "sora-2"), amount)
        tally.publish({"open": amount})

    assert one.totals() == other.totals() == {("jobs", "sora-2"): 7}
    assert one.levels() == other.levels() == {"0": {"open": 3}, "1": {"open": 4}}


def test_who_takes_a_place_goes_on_with_its_sums(at: At) -> None:
    """The levels of who had it before are gone, its sums grow on."""
    for _ in range(3):
        tally = at(0)
        before = tally.levels()
        tally.add(("jobs",))
        tally.publish({"open": 1})

        assert before == {}

    assert at(1).totals() == {("jobs",): 3}


def test_a_worker_that_is_gone_has_no_levels(at: At, tmp_path: Path) -> None:
    """Its sums stay, even where nobody takes its place; forgetting it twice changes nothing."""
    gone, there = at(0), at(1)
    gone.add(("jobs",))
    gone.publish({"open": 9})
    forget_levels(tmp_path, 0)
    forget_levels(tmp_path, 0)

    assert there.levels() == {}
    assert there.totals() == {("jobs",): 1}


def test_a_worker_that_has_only_begun_is_no_trouble(at: At, tmp_path: Path) -> None:
    """A file that was made this moment holds nothing yet."""
    (tmp_path / "sums-1").touch()
    (tmp_path / "levels-1").touch()
    tally = at(0)

    assert (tally.totals(), tally.levels()) == ({}, {})


def test_threads_lose_no_count(at: At) -> None:
    """Many keys that many threads add to at once, beyond a file's first size, are all whole."""
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
