"""The counter where orders are taken: availability, what a parent must be, when to ask again."""

import asyncio
from dataclasses import dataclass

import pytest

import openapi
from mock_server.domain.clock import ManualClock, Pace, TenantClock
from mock_server.domain.job import Job, Timeline, View, view_at
from mock_server.http.errors import ApiError
from mock_server.jobs.handlers.replies import poll_headers
from mock_server.jobs.service import JobPlan, JobService, not_found, require_content
from mock_server.scenarios.selection import shipped
from openapi.catalogue.models import load_catalogue
from openapi.dialects import DEFAULT
from openapi.dialects.loading import load_dialects
from tests.mock_server.domain.test_tenant_clock import Wall
from tests.mock_server.facts import (
    BORN_MS,
    ENDS_MS,
    FAILING,
    HAPPY,
    QUEUED_MS,
    RETENTION_MS,
    STUCK,
    job,
    order,
)
from tests.mock_server.parts import empty_service

PLAN = JobPlan(shipped().known["happy"], load_dialects()[DEFAULT])


@dataclass(frozen=True, slots=True)
class Timed:
    """A tenant's clock on a real time that the test sets."""

    clock: TenantClock
    wall: Wall
    steps = False
    stopped = True

    def now(self) -> int:
        """The current instant."""
        return self.clock.now(self.wall)

    def wall_span_ms(self, span_ms: int) -> int:
        """How long a span takes."""
        return self.clock.wall_span_ms(span_ms)

    def shortest_wait_ms(self) -> int:
        """The shortest wait between two polls."""
        return self.clock.shortest_wait_ms(self.wall)


def jobs() -> JobService:
    """A job service with an empty store."""
    return empty_service(load_catalogue(openapi.MODELS))


def code_of(error: pytest.ExceptionInfo[ApiError]) -> str:
    """The code a caller gets."""
    return error.value.error_kind.code


async def placed(counter: JobService, seconds: int) -> Job:
    """A created job of that many seconds, read back from the store."""
    new = await counter.create(
        *("tenant", BORN_MS, order(seconds=seconds)),
        plan=PLAN,
        new_id="video_1",
        ids=await counter.ids_of("tenant"),
    )
    found = await counter.find("tenant", "video_1")
    assert found == new
    return found


@pytest.mark.parametrize(("seconds", "running_ms"), [(4, 57_200), (10, 143_000), (15, 214_500)])
def test_a_job_takes_as_long_as_the_runs_on_record(seconds: int, running_ms: int) -> None:
    """Ten seconds in the queue, then 14.3 seconds of work for each second of video."""
    view = view_at(asyncio.run(placed(jobs(), seconds)), BORN_MS)

    assert view.remaining_ms == 10_000 + running_ms


def test_each_job_has_a_token_of_its_own() -> None:
    """Jobs of the same request differ in what seeds their picture."""
    counter = jobs()
    tokens = {asyncio.run(placed(counter, 4)).token for _ in range(3)}

    assert len(tokens) == 3
    assert {len(token) for token in tokens} == {32}


@pytest.mark.parametrize(
    ("timeline", "now", "code"),
    [
        (HAPPY, BORN_MS, "video_not_completed"),
        (HAPPY, ENDS_MS - 1, "video_not_completed"),
        (STUCK, ENDS_MS, "video_not_completed"),
        (FAILING, ENDS_MS, "video_failed"),
        (HAPPY, ENDS_MS + RETENTION_MS, "video_expired"),
    ],
)
def test_a_parent_must_have_content(timeline: Timeline, now: int, code: str) -> None:
    """Waiting is a conflict; failed and expired are not found."""
    counter = jobs()
    asyncio.run(counter.store.add(job(timeline)))
    with pytest.raises(ApiError) as refused:
        asyncio.run(counter.parent("tenant", job().id, now))

    assert code_of(refused) == code


@pytest.mark.parametrize("now", [ENDS_MS, ENDS_MS + RETENTION_MS - 1])
def test_a_completed_job_has_content_until_it_expires(now: int) -> None:
    """From completion to the last millisecond of its retention."""
    counter = jobs()
    asyncio.run(counter.store.add(job()))
    found, view = asyncio.run(counter.finished("tenant", job().id, now))

    assert (found, view.progress) == (job(), 100)


def test_the_error_of_an_unfinished_video_is_the_apis() -> None:
    """A refused download says how far the job is, in no word of this program's own."""
    with pytest.raises(ApiError, match="not ready yet, it is at 0 %") as refused:
        require_content(job(), view_at(job(), BORN_MS + QUEUED_MS))

    assert "running" not in refused.value.message


@pytest.mark.parametrize("tenant", ["tenant", "other"])
def test_not_found_has_nothing_but_the_id(tenant: str) -> None:
    """A job of another tenant and one that never was are one answer."""
    with pytest.raises(ApiError) as refused:
        asyncio.run(jobs().find(tenant, "video_9"))

    assert vars(refused.value) == vars(not_found("video_9"))


def test_a_long_id_is_not_repeated_whole() -> None:
    """An error quotes at most 200 characters of what it was sent."""
    assert len(not_found("x" * 10_000).message) < 250


@pytest.mark.parametrize(
    ("speed", "now", "pause"),
    [
        (1, BORN_MS, "3360"),
        (60, BORN_MS, "56"),
        (60_000, BORN_MS, "10"),
        (1, ENDS_MS - 1, "10"),
        (0.01, BORN_MS, "5000"),
    ],
)
def test_a_poll_loop_keeps_pace_with_the_clock(speed: float, now: int, pause: str) -> None:
    """A twentieth of the real time that is left, never under 10 ms nor over 5 seconds."""
    view = view_at(job(), now)

    assert poll_headers(TenantClock.start(Pace(speed=speed)), view) == {
        "openai-poll-after-ms": pause
    }


@pytest.mark.parametrize(("speed", "pause"), [(1, "1000"), (10, "100")])
def test_a_job_that_never_ends_is_polled_each_second(speed: float, pause: str) -> None:
    """Where the end is not known the pause is OpenAI's default, in the clock's own seconds."""
    view = view_at(job(STUCK), ENDS_MS)
    headers = poll_headers(TenantClock.start(Pace(speed=speed)), view)

    assert headers == {"openai-poll-after-ms": pause}


@pytest.mark.parametrize(
    ("stood", "pause"),
    [(0, 10), (100, 10), (3000, 300), (10_000, 1000), (9**9, 1000), (-9, 10)],
)
def test_who_polls_on_a_clock_that_stands_is_patient_by_and_by(stood: int, pause: int) -> None:
    """A tenth of the time that it has stood, never under 10 ms nor over a second."""
    wall = Wall()
    clock = Timed(TenantClock.start(Pace(speed=0), wall), wall)
    wall.ms += stood

    assert poll_headers(clock, view_at(job(), BORN_MS)) == {"openai-poll-after-ms": str(pause)}


@pytest.mark.parametrize("view", [view_at(job(), BORN_MS), view_at(job(STUCK), ENDS_MS)])
def test_a_clock_that_was_moved_is_polled_quickly_again(view: View) -> None:
    """Each move may be the first of many, as in a test that advances the clock step by step."""
    wall = Wall()
    clock = TenantClock.start(Pace(speed=0), wall)
    wall.ms += 86_400_000
    moved = clock.advance(1, wall)

    assert poll_headers(Timed(moved, wall), view) == {"openai-poll-after-ms": "10"}


def test_a_clock_that_stands_keeps_nobody_busy() -> None:
    """A client that follows the header polls a hundred times in a minute, not six thousand."""
    wall = Wall()
    clock = Timed(TenantClock.start(Pace(speed=0), wall), wall)
    view = view_at(job(), BORN_MS)
    polls, end = 0, wall.ms + 60_000
    while wall.ms < end:
        wall.ms += int(poll_headers(clock, view)["openai-poll-after-ms"])
        polls += 1

    assert 50 < polls < 120


@pytest.mark.parametrize("timeline", [HAPPY, FAILING])
def test_an_ended_job_asks_for_no_more_polls(timeline: Timeline) -> None:
    """Neither completion nor failure carries the header."""
    assert poll_headers(ManualClock(BORN_MS), view_at(job(timeline), ENDS_MS)) == {}


def test_the_service_accepts_an_unknown_model() -> None:
    """The contract decides which models are documented; the service, which are available."""
    counter = jobs()

    assert counter.availability("nobody") is None
    assert counter.availability("sora-2") is None
    assert counter.model("sora-2").name == "sora-2"
