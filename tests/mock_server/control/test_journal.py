"""The journal: bounded, searchable, and of use when a test is about to fail."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain.truncation import LONGEST_TEXT, shortened
from mock_server.journal import Entry, Journal, Search
from mock_server.journal.entry import redacted
from mock_server.journal.journal import Times
from mock_server.journal.search import SearchError

MANY = 1000


def entry(operation: str = "createVideo", **facts: Any) -> Entry:
    """A request for a video of a cat."""
    fields = {"model": "sora-2", "prompt": "A cat", "seconds": "4"}
    usual = {"method": "POST", "path": "/v1/videos", "status": 200, "fields": fields}
    return Entry(operation=operation, **{**usual, **facts})


def journal(*entries: Entry, capacity: int = 100) -> Journal:
    """A journal that holds these."""
    made = Journal(capacity)
    for one in entries:
        made.add(one)
    return made


@given(count=st.integers(0, 50), capacity=st.integers(0, 20))
def test_the_newest_are_kept_and_the_others_counted(count: int, capacity: int) -> None:
    """However many requests come, a journal holds its capacity of them and knows what it lost."""
    kept = journal(*(entry() for _ in range(count)), capacity=capacity)

    numbers = [one.number for one in kept.search(Search())]

    assert numbers == list(range(count, 0, -1))[:capacity][::-1]
    assert kept.dropped == max(0, count - capacity)


def test_numbers_begin_anew_after_clearing() -> None:
    """A cleared journal is like a new one."""
    kept = journal(entry(), entry())
    kept.clear()
    kept.add(entry())

    assert [one.number for one in kept.search(Search())] == [1]
    assert kept.dropped == 0


FITTING = (
    {"operation": "createVideo"},
    {"method": "POST", "path": "/v1/videos"},
    {"status": 200},
    {"code": "refused"},
    {"model": "sora-2"},
    {"prompt": "^A c"},
    {"fault": "status"},
    {"scenario": "happy"},
    {"job": "video_1"},
    {"retry": 2},
    {"since": 0},
    {"fields": {"seconds": "4"}},
)


@pytest.mark.parametrize("where", FITTING, ids="+".join)
def test_each_criterion_finds_what_fits_and_nothing_else(where: dict[str, object]) -> None:
    """A search leaves out an entry that differs in the one thing it asks for."""
    facts: dict[str, Any] = {
        "code": "refused",
        "faults": ("status",),
        "scenario": "happy",
        "job": "video_1",
        "retry": 2,
    }
    kept = journal(entry(**facts))
    other = {"method": "GET", "path": "/x", "status": 500, "fields": {"seconds": "8"}, "number": 0}

    assert len(list(kept.search(Search(**where)))) == 1  # type: ignore[arg-type]
    assert list(Search(**where).differences(entry("listVideos", **other)))  # type: ignore[arg-type]


def test_a_broken_pattern_is_refused() -> None:
    """A prompt pattern that is not a regular expression is reported with its field."""
    with pytest.raises(SearchError, match=r"prompt: '\(' is not a regular expression"):
        Search(prompt="(")


@pytest.mark.parametrize(
    ("times", "found", "holds"),
    [
        (Times(), 0, False),
        (Times(), 3, True),
        (Times(at_least=2, at_most=2), 2, True),
        (Times(at_least=2, at_most=2), 3, False),
        (Times(at_least=0, at_most=0), 0, True),
        (Times(at_least=0, at_most=1), 2, False),
        (Times(at_least=1, at_most=3), 3, True),
    ],
)
def test_a_verdict_counts(times: Times, found: int, holds: bool) -> None:
    """A number of requests is right from the least to the most."""
    kept = journal(*(entry() for _ in range(found)), entry("listVideos"))

    assert kept.verify(Search(operation="createVideo"), times).holds is holds


def test_near_misses_come_nearest_first() -> None:
    """Where nothing is found, the entries that differ least are shown with their differences."""
    kept = journal(
        entry("listVideos", method="GET", fields={}),
        entry(fields={"model": "sora-2", "prompt": "A dog"}),
        entry(status=400, code="invalid_value", fields={"model": "veo_3_1", "prompt": "A dog"}),
    )

    verdict = kept.verify(Search(operation="createVideo", model="sora-2", prompt="cat"), Times())

    assert not verdict.holds
    assert [near.entry.number for near in verdict.near] == [2, 3, 1]
    assert verdict.near[0].differences == ("prompt is 'A dog', without 'cat'",)
    assert "nearest: #2 createVideo -> 200: prompt is 'A dog', without 'cat'" in verdict.message
    assert "#3 createVideo -> 400 (invalid_value)" in verdict.message


def test_too_many_are_listed() -> None:
    """Where more are found than there should be, each is named."""
    verdict = journal(entry(), entry()).verify(Search(), Times(at_least=1, at_most=1))

    assert verdict.message.splitlines() == [
        "expected exactly 1 with anything; found 2",
        "  #1 createVideo -> 200",
        "  #2 createVideo -> 200",
    ]


def test_a_verdict_says_what_is_no_longer_kept() -> None:
    """A count over a journal that is full may be wrong, and says so."""
    verdict = journal(entry(), entry(), capacity=1).verify(Search(status=500), Times())

    assert "the oldest 1 requests are no longer kept" in verdict.message


def test_long_texts_are_cut_wherever_they_stand() -> None:
    """A picture sent as text does not fill the journal."""
    long = "x" * (LONGEST_TEXT + MANY)
    cut = shortened({"a": long, "b": [long, {"c": long}], "d": 1})

    assert len(repr(cut)) < 3 * (LONGEST_TEXT + 100) + 100
    assert f"[{MANY} more characters]" in cut["a"]
    assert cut["d"] == 1


def test_redaction_hides_values_only() -> None:
    """A field that must not be kept is still seen to have been sent."""
    assert redacted({"prompt": "secret", "model": "m"}, frozenset({"prompt"})) == {
        "prompt": "[redacted]",
        "model": "m",
    }


OTHERS: tuple[tuple[dict[str, Any], list[int]], ...] = (
    ({"before": 3}, [1, 2]),
    ({"since": 1, "before": 3}, [2]),
    ({"status_class": 4}, [2]),
    ({"status_class": 0}, [3]),
    ({"took_ms": 20}, [1, 3]),
    ({"text": "VIDEO_7"}, [2]),
    ({"text": "too long"}, [2]),
    ({"text": "a dog"}, [3]),
    ({"text": "nothing"}, []),
)


@pytest.mark.parametrize(("where", "numbers"), OTHERS)
def test_a_search_by_what_people_look_for(where: dict[str, Any], numbers: list[int]) -> None:
    """A part of the journal, kinds of status, slow requests, and any text are found."""
    kept = journal(
        entry(duration_us=20_000),
        entry(status=400, path="/v1/videos/video_7", reason="The prompt is too long."),
        entry(status=0, duration_us=30_000, fields={"prompt": "A dog"}),
    )

    assert [one.number for one in kept.search(Search(**where))] == numbers


def test_what_does_not_match_says_why() -> None:
    """Each of these filters has a difference of its own."""
    search = Search(since=9, before=1, status_class=5, took_ms=10, text="dog")

    assert list(search.differences(entry(number=1, duration_us=500))) == [
        "number is 1, not after 9",
        "number is 1, not before 1",
        "status is 200, not 5xx",
        "it took 0.5 ms, less than 10",
        "nowhere is 'dog'",
    ]
