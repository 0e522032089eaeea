"""A job's state is computed: any instant, any order, always the same answer."""

import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mock_server.domain.job import Phase, Stage, Timeline, view_at
from tests.mock_server.facts import (
    BORN_MS,
    ENDS_MS,
    FAILING,
    HAPPY,
    MS,
    QUEUED_MS,
    REFUSED,
    RETENTION_MS,
    RUNNING_MS,
    STUCK,
    job,
    timelines,
)

ORDER = (Stage.QUEUED, Stage.RUNNING, Stage.COMPLETED, Stage.FAILED)
INSTANTS = MS.map(lambda span: BORN_MS - 1000 + 5 * span)


@given(timelines(), INSTANTS, MS)
def test_time_never_sets_a_job_back(timeline: Timeline, now: int, more: int) -> None:
    """Later means the same stage or a later one, and never less progress."""
    one, two = view_at(job(timeline), now), view_at(job(timeline), now + more)

    assert ORDER.index(one.stage) <= ORDER.index(two.stage)
    assert one.progress <= two.progress
    assert one.changed_ms <= two.changed_ms


@given(timelines(), INSTANTS, MS)
def test_an_end_is_final(timeline: Timeline, now: int, more: int) -> None:
    """Once a job has ended, everything but the expiry of its content stays as it is."""
    one, two = view_at(job(timeline), now), view_at(job(timeline), now + more)
    assume(not one.waiting)

    assert (one.stage, one.progress, one.changed_ms) == (two.stage, two.progress, two.changed_ms)
    assert (one.completed_ms, one.expires_ms, one.error) == (
        two.completed_ms,
        two.expires_ms,
        two.error,
    )
    assert one.expired <= two.expired


@given(timelines(), st.lists(INSTANTS, min_size=1), st.randoms())
def test_reading_in_any_order_gives_the_same(
    timeline: Timeline, instants: list[int], chance: random.Random
) -> None:
    """What a read finds does not depend on which reads came before it."""
    subject = job(timeline)
    found = {now: view_at(subject, now) for now in instants}
    chance.shuffle(instants)

    assert {now: view_at(subject, now) for now in instants} == found
    assert subject == job(timeline)


@given(timelines(), INSTANTS)
def test_progress_is_100_when_completed_and_only_then(timeline: Timeline, now: int) -> None:
    """Progress stays within 0 and 100, and 100 says that the video is there."""
    view = view_at(job(timeline), now)

    assert 0 <= view.progress <= 100
    assert (view.progress == 100) == (view.stage is Stage.COMPLETED)


@given(timelines(), INSTANTS)
def test_a_view_agrees_with_itself(timeline: Timeline, now: int) -> None:
    """A view has an end, an error or a remaining time exactly if its stage has one."""
    view = view_at(job(timeline), now)

    assert view.waiting == (view.stage in (Stage.QUEUED, Stage.RUNNING))
    assert (view.completed_ms is not None) == (view.stage is Stage.COMPLETED)
    assert view.error == (REFUSED if view.stage is Stage.FAILED else None)
    assert (view.remaining_ms is None) == (not view.waiting)
    assert view.changed_ms <= max(now, BORN_MS)


@given(timelines(), INSTANTS)
def test_remaining_time_is_exact(timeline: Timeline, now: int) -> None:
    """A waiting job ends when the remaining time has passed, and not a millisecond sooner."""
    view = view_at(job(timeline), max(now, BORN_MS))
    assume(view.remaining_ms is not None)
    ends = max(now, BORN_MS) + (view.remaining_ms or 0)

    assert view_at(job(timeline), ends - 1).waiting
    assert not view_at(job(timeline), ends).waiting


@given(timelines(), MS)
def test_before_its_birth_a_job_is_as_at_its_birth(timeline: Timeline, early: int) -> None:
    """A clock that was behind at one read shows nothing impossible."""
    assert view_at(job(timeline), BORN_MS - early) == view_at(job(timeline), BORN_MS)


def test_a_happy_job_waits_runs_and_completes() -> None:
    """Each stage begins at its instant, and progress runs evenly to 99 while the job runs."""
    instants = (0, QUEUED_MS - 1, QUEUED_MS, QUEUED_MS + RUNNING_MS // 2, QUEUED_MS + RUNNING_MS)
    views = [view_at(job(HAPPY), BORN_MS + after) for after in instants]

    assert [(view.stage.value, view.progress, view.changed_ms - BORN_MS) for view in views] == [
        ("queued", 0, 0),
        ("queued", 0, 0),
        ("running", 0, QUEUED_MS),
        ("running", 49, QUEUED_MS),
        ("completed", 100, QUEUED_MS + RUNNING_MS),
    ]


def test_content_expires_at_its_instant() -> None:
    """Content is there until the retention has passed since completion, and then it is not."""
    views = [view_at(job(HAPPY), ENDS_MS + RETENTION_MS + late) for late in (-1, 0)]

    assert [view.expired for view in views] == [False, True]
    assert {view.expires_ms for view in views} == {ENDS_MS + RETENTION_MS}


def test_a_failed_job_keeps_its_progress_and_says_why() -> None:
    """Failure is an end without completion, without expiry and with an error."""
    view = view_at(job(FAILING), BORN_MS + RUNNING_MS)

    assert (view.stage, view.progress, view.error) == (Stage.FAILED, 40, REFUSED)
    assert (view.completed_ms, view.expires_ms, view.expired) == (None, None, False)


@given(MS)
def test_a_phase_without_a_duration_never_ends(late: int) -> None:
    """A stuck job stays where it is, and nobody can say how long."""
    view = view_at(job(STUCK), BORN_MS + QUEUED_MS + late)

    assert (view.stage, view.progress, view.remaining_ms) == (Stage.RUNNING, 7, None)


def test_progress_runs_evenly_from_the_start_to_the_end_of_a_phase() -> None:
    """The slope of a phase is its end minus its start, wherever it starts."""
    timeline = Timeline("steep", (Phase(Stage.RUNNING, 1000, progress_start=20, progress_end=80),))
    found = [view_at(job(timeline), BORN_MS + after).progress for after in (0, 250, 500, 999)]

    assert found == [20, 35, 50, 79]


@pytest.mark.parametrize(
    ("timeline", "after", "downloadable"),
    [
        (HAPPY, 0, False),
        (HAPPY, ENDS_MS - BORN_MS, True),
        (HAPPY, ENDS_MS - BORN_MS + RETENTION_MS, False),
        (FAILING, ENDS_MS, False),
        (Timeline("empty", (Phase(Stage.QUEUED, 10),), content=False), 10, False),
    ],
    ids=["waiting", "completed", "expired", "failed", "without content"],
)
def test_only_unexpired_content_of_a_completed_job_can_be_downloaded(
    timeline: Timeline, after: int, downloadable: bool
) -> None:
    """A job has something to download if it is completed with content that has not expired."""
    assert view_at(job(timeline), BORN_MS + after).downloadable is downloadable
