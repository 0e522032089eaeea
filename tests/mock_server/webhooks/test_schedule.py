"""When a delivery is tried again, and when it is given up."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mock_server.domain.webhooks import Attempt, Delivery, DeliveryState
from mock_server.webhooks.attempts import DELAYS_MS, WINDOW_MS, with_attempt
from mock_server.webhooks.post import Answer, read_retry_after
from tests.mock_server.facts import ENDS_MS, delivery

FAILURES = st.builds(Answer, status=st.sampled_from((300, 307, 400, 404, 429, 500, 502, 504))) | (
    st.builds(Answer, error=st.just("no answer within 15 s"))
)
WAITS = st.none() | st.integers(0, 2 * WINDOW_MS)
# How long after it was due an attempt is made: clocks are moved by hand.
LATE = st.integers(0, 10_000_000)


def tried(pending: Delivery, answer: Answer, late_ms: int = 0) -> Delivery:
    """What becomes of a delivery that is tried so long after it was due."""
    attempt = Attempt(at_ms=pending.due_ms + late_ms, status=answer.status, error=answer.error)
    return with_attempt(pending, attempt, answer)


@given(st.lists(st.tuples(FAILURES, WAITS, LATE), min_size=20, max_size=20))
def test_it_backs_off_and_ends(answers: list[tuple[Answer, int | None, int]]) -> None:
    """Every next attempt is later, all are within 72 hours of the first, and there is a last."""
    now = delivery()
    for answer, wait, late in answers:
        before = now
        now = tried(before, replace(answer, retry_after_ms=wait), late)
        if now.state is not DeliveryState.PENDING:
            break
        at = now.attempts[-1].at_ms

        assert now.due_ms - at >= max(wait or 0, DELAYS_MS[len(now.attempts) - 1])
        assert now.due_ms <= now.attempts[0].at_ms + WINDOW_MS

    assert now.state is DeliveryState.FAILED
    assert now.reason
    assert len(now.attempts) <= len(DELAYS_MS) + 1


def test_the_delays_are_those_of_standard_webhooks() -> None:
    """What always fails is tried at once, and after 5 s, 5 m, 30 m, 2, 5, 10, 14 and 20 h."""
    now = delivery()
    while now.state is DeliveryState.PENDING:
        now = tried(now, Answer(status=500))

    starts = [attempt.at_ms for attempt in now.attempts]
    hours = [each / 3600 for each in (5, 300, 1800)] + [2, 5, 10, 14, 20]
    gaps = [(b - a) / 3_600_000 for a, b in pairwise(starts)]
    assert (starts[0], gaps) == (ENDS_MS, hours)


@given(FAILURES, WAITS, LATE)
def test_success_ends_it_whatever_came_before(answer: Answer, wait: int | None, late: int) -> None:
    """Any status from 200 to 299 is a success, after a failure as well."""
    once = tried(delivery(), replace(answer, retry_after_ms=wait), late)
    assume(once.state is DeliveryState.PENDING)
    for status in (200, 204, 299):
        assert tried(once, Answer(status=status)).state is DeliveryState.DELIVERED


@pytest.mark.parametrize("status", [429, 502, 504])
def test_a_busy_receiver_is_asked_less(status: int) -> None:
    """What asks to slow down is tried again after the delay that would follow."""
    assert tried(delivery(), Answer(status=status)).due_ms == ENDS_MS + DELAYS_MS[1]
    assert tried(delivery(), Answer(status=500)).due_ms == ENDS_MS + DELAYS_MS[0]


def test_the_72_hours_begin_with_the_first_attempt() -> None:
    """A clock that was moved past them before the first attempt leaves all the others."""
    assert tried(delivery(), Answer(status=500), 2 * WINDOW_MS).state is DeliveryState.PENDING


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        (Answer(status=410), DeliveryState.DROPPED, "410 Gone"),
        (Answer(error="not this machine", refused=True), DeliveryState.FAILED, "not this machine"),
        (Answer(status=503, retry_after_ms=WINDOW_MS + 1), DeliveryState.FAILED, "72 hours"),
    ],
)
def test_some_answers_end_it(answer: Answer, state: DeliveryState, reason: str) -> None:
    """Gone is gone, an address that is refused stays so, and nobody is waited for too long."""
    ended = tried(delivery(), answer)

    assert ended.state is state
    assert ended.reason is not None
    assert reason in ended.reason
    assert len(ended.attempts) == 1


@pytest.mark.parametrize(
    ("text", "wait_ms"),
    [
        ("0", 0),
        ("120", 120_000),
        ("Wed, 05 Nov 2025 10:01:56 GMT", 60_000),
        ("Wed, 05 Nov 2025 09:01:56 GMT", 0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("9" * 400, None),
        ("Wed, 99 Nov 2025 10:01:56 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, wait_ms: int | None) -> None:
    """Both forms of RFC 9110 are read, and anything else is as if it were not there."""
    assert read_retry_after(text, 1_762_336_856_000) == wait_ms


@given(st.text())
def test_no_retry_after_fails(text: str) -> None:
    """Whatever a receiver writes there, it is a wait or none."""
    wait_ms = read_retry_after(text, 0)

    assert wait_ms is None or wait_ms >= 0
