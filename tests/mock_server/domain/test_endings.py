"""Jobs and contents that are ended by hand."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mock_server.domain.bill import charged_at_end
from mock_server.domain.endings import Ending, EndingError, end_now, expire_now, timed_out
from mock_server.domain.job import Cost, JobError, Stage, Timeline, View, view_at
from tests.mock_server.facts import BORN_MS, ENDS_MS, HAPPY, REFUSED, STUCK, job, timelines

FAILED = Ending(outcome=Stage.FAILED, error=JobError("generation_failed", "No."), word="oops")
ENDINGS = st.sampled_from((None, Ending(), FAILED))


def seen(view: View) -> tuple[object, ...]:
    """What clients see of a job that has not ended, which is not how long it will take."""
    return view.stage, view.progress, view.changed_ms, view.word


@given(timelines(), st.integers(0, 10_000_000), st.integers(0, 10_000_000), ENDINGS)
def test_the_past_stays(plan: Timeline, after_ms: int, earlier_ms: int, ending: Ending) -> None:
    """At each instant before the end the job is as it was, and from then on it has ended."""
    before, now = job(plan), BORN_MS + after_ms
    assume(view_at(before, now).waiting)
    ended = end_now(before, now, ending)
    then = min(BORN_MS + earlier_ms, now - 1)

    assert not view_at(ended, now).waiting
    assert view_at(ended, now).changed_ms == max(now, BORN_MS)
    if then >= BORN_MS:
        assert seen(view_at(ended, then))[0] == seen(view_at(before, then))[0]
        assert abs(view_at(ended, then).progress - view_at(before, then).progress) <= 1


@given(timelines(), st.integers(0, 10_000_000), st.integers(0, 10_000_000))
def test_a_job_that_lasts_too_long_times_out(plan: Timeline, limit_ms: int, after_ms: int) -> None:
    """It fails at the limit and is as planned before; one that ends in time is left alone."""
    limited = timed_out(plan, limit_ms, REFUSED)
    before, after = (view_at(job(each), BORN_MS + after_ms) for each in (plan, limited))

    if plan.life_ms is not None and plan.life_ms <= limit_ms:
        assert limited == plan
    elif after_ms < limit_ms:
        assert seen(after)[0] == seen(before)[0]
        assert abs(after.progress - before.progress) <= 1
    else:
        assert (after.stage, after.error, after.content) == (Stage.FAILED, REFUSED, False)
        assert after.changed_ms == BORN_MS + limit_ms


def test_a_job_that_never_ends_times_out() -> None:
    """At the limit, with the progress at which it was stuck."""
    view = view_at(job(timed_out(STUCK, 86_400_000, REFUSED)), BORN_MS + 86_400_000)

    assert (view.stage, view.progress, view.error) == (Stage.FAILED, 7, REFUSED)


def test_a_job_can_end_as_planned() -> None:
    """A plan that fails fails sooner, one that never ends completes."""
    failing = end_now(job(Timeline("x", STUCK.phases, Stage.FAILED, REFUSED)), BORN_MS + 5, None)

    assert view_at(failing, BORN_MS + 5).error == REFUSED
    assert view_at(end_now(job(STUCK), BORN_MS + 99_000, None), BORN_MS + 99_000).downloadable


def test_a_job_can_fail_instead() -> None:
    """It has the error and the word that are given, no content, and the progress it had."""
    view = view_at(end_now(job(), ENDS_MS - 1000, FAILED), ENDS_MS)

    assert (view.stage, view.error, view.word) == (Stage.FAILED, FAILED.error, "oops")
    assert (view.content, view.progress, view.changed_ms) == (False, 97, ENDS_MS - 1000)


def test_a_job_can_complete_instead() -> None:
    """A job that was to fail has content, and its error is gone."""
    plan = Timeline("x", HAPPY.phases, Stage.FAILED, REFUSED, content=False, refunded=True)
    ended = end_now(job(plan), BORN_MS, Ending())

    assert (view_at(ended, BORN_MS).downloadable, ended.timeline.refunded) == (True, False)


def test_content_that_is_kept_from_the_creation_expires_when_it_would_have() -> None:
    """An early end lengthens the time after it."""
    planned = view_at(job(), ENDS_MS).expires_ms
    ended = end_now(job(), BORN_MS + 1000, None, from_birth=True)
    usual = end_now(job(), BORN_MS + 1000, None)

    assert view_at(ended, BORN_MS + 1000).expires_ms == planned
    assert view_at(usual, BORN_MS + 1000).expires_ms == (planned or 0) - (ENDS_MS - BORN_MS - 1000)


def test_content_can_expire() -> None:
    """It is there before that instant, and not from then on."""
    expired = expire_now(job(), ENDS_MS + 5)

    assert [view_at(expired, ENDS_MS + at).downloadable for at in (4, 5)] == [True, False]


def test_what_has_ended_cannot_be_ended_again() -> None:
    """The message says what the job is."""
    with pytest.raises(EndingError, match="has ended: it is completed"):
        end_now(job(), ENDS_MS, None)


NO_CONTENT = [
    (job(), BORN_MS, "the job is queued"),
    (job(Timeline("x", outcome=Stage.FAILED, phases=())), BORN_MS, "the job is failed"),
    (job(Timeline("x", (), content=False)), BORN_MS, "completed without any"),
    (job(Timeline("x", (), retention_ms=0)), BORN_MS, "it has expired"),
]


@pytest.mark.parametrize(("it", "now", "why"), NO_CONTENT)
def test_what_has_no_content_cannot_expire(it: object, now: int, why: str) -> None:
    """The message says why there is none."""
    with pytest.raises(EndingError, match=why):
        expire_now(it, now)  # type: ignore[arg-type]


@pytest.mark.parametrize(("ending", "charged"), [(FAILED, 0), (None, 100), (Ending(), 100)])
def test_what_ends_by_hand_costs_what_its_end_costs(ending: Ending | None, charged: int) -> None:
    """A failure is refunded; one that the customer cancelled costs as much as a deleted one."""
    priced = job(cost=Cost(100, failed=0, removed=70))
    cancelled = replace(FAILED, cancelled=True)

    assert charged_at_end(end_now(priced, BORN_MS, ending)) == charged
    assert charged_at_end(end_now(priced, BORN_MS, cancelled)) == 70
