"""Jobs, characters and timelines made of plain facts, for tests that need no server."""

from typing import Any

from hypothesis import strategies as st

from mock_server.domain.job import Character, Job, JobError, Order, Phase, Stage, Timeline
from mock_server.domain.webhooks import EVENTS, Delivery, Endpoint
from mock_server.scenarios.selection import shipped

BORN_MS = 1_762_336_916_000
QUEUED_MS, RUNNING_MS, RETENTION_MS = 10_000, 57_200, 1_000_000
ENDS_MS = BORN_MS + QUEUED_MS + RUNNING_MS
HAPPY = (
    shipped()
    .known["happy"]
    .timeline(queued_ms=QUEUED_MS, running_ms=RUNNING_MS, retention_ms=RETENTION_MS)
)
REFUSED = JobError("moderation_blocked", "The prompt was refused.")
FAILING = Timeline("failing", (Phase(Stage.RUNNING, RUNNING_MS, 0, 40),), Stage.FAILED, REFUSED)
STUCK = Timeline("stuck", (Phase(Stage.QUEUED, QUEUED_MS), Phase(Stage.RUNNING, None, 7, 7)))

MS = st.integers(0, 10_000_000)


def order(**changed: Any) -> Order:
    """An order for four upright seconds, changed."""
    facts: dict[str, Any] = {
        "family": "videos",
        "kind": "create",
        "model": "sora-2",
        "prompt": "A cat plays the piano",
        "size": "720x1280",
        "seconds": 4,
        "width": 720,
        "height": 1280,
    }
    return Order(**{**facts, **changed})


def job(timeline: Timeline = HAPPY, **changed: Any) -> Job:
    """A job of that order, changed."""
    facts: dict[str, Any] = {
        "id": "video_5c6a605a-30c0-4a6a-9dbd-d1d6cfdd9980",
        "tenant": "tenant",
        "order": order(),
        "created_ms": BORN_MS,
        "timeline": timeline,
        "token": "0123456789abcdef0123456789abcdef",
    }
    return Job(**{**facts, **changed})


def character(**changed: Any) -> Character:
    """A character, changed."""
    facts: dict[str, Any] = {
        "id": "char_1",
        "tenant": "tenant",
        "name": "Momo",
        "created_ms": BORN_MS,
        "source": "clip.mp4",
    }
    return Character(**{**facts, **changed})


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    """Any plan that waits, runs and ends well or badly; progress never falls, nor gets to 100."""
    count = draw(st.integers(0, 4))
    steps = sorted(draw(st.lists(st.integers(0, 99), min_size=2 * count, max_size=2 * count)))
    waiting = draw(st.integers(0, count))
    phases = tuple(
        Phase(
            Stage.QUEUED if number < waiting else Stage.RUNNING,
            draw(MS),
            steps[2 * number],
            steps[2 * number + 1],
        )
        for number in range(count)
    )
    outcome = draw(st.sampled_from((Stage.COMPLETED, Stage.FAILED)))
    error = REFUSED if outcome is Stage.FAILED else None
    return Timeline("any", phases, outcome, error, draw(st.none() | MS))


def delivery(**changed: Any) -> Delivery:
    """A delivery of that job's end, changed."""
    facts: dict[str, Any] = {
        "tenant": "tenant",
        "event_id": "evt_1",
        "event_type": "video.completed",
        "job_id": "video_1",
        "endpoint_id": "we_1",
        "happened_ms": ENDS_MS,
        "due_ms": ENDS_MS,
    }
    return Delivery(**{**facts, **changed})


def endpoint(**changed: Any) -> Endpoint:
    """An endpoint for both events, changed."""
    facts: dict[str, Any] = {
        "id": "we_1",
        "name": "Receiver",
        "url": "http://127.0.0.1:9/hooks",
        "event_types": EVENTS,
        "secret": "whsec_bm90IGEgc2VjcmV0LCBidXQgbG9uZyBlbm91Z2g=",
        "created_ms": BORN_MS,
        "updated_ms": BORN_MS,
    }
    return Endpoint(**{**facts, **changed})
