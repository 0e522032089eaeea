"""A long job, its expiry and a quota's window, on a clock that a test moves."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from mock_server.domain.clock import Pace
from mock_server.running import running_gateway
from mock_server.settings import Settings
from tests.mock_server.control.conftest import START_MS
from video_gateway_mock.handle import Gateway

KEY = "sk-the-same-each-time"
ORDER = {"model": "sora-2", "prompt": "A cat", "seconds": "4"}
# Not the fake's to decide: real time, and an id for each exchange.
VARYING = ("date", "x-request-id")


@contextmanager
def frozen_gateway() -> Iterator[tuple[Gateway, httpx.Client]]:
    """A new server with a seed, its clock frozen at a known instant."""
    settings = Settings(pace=Pace(speed=0, start_ms=START_MS), seed=7)
    with running_gateway(settings) as server:
        gateway = server.with_key(KEY)
        headers = {"Authorization": f"Bearer {KEY}", "Host": "gateway.test"}
        with httpx.Client(base_url=gateway.base_url, headers=headers, trust_env=False) as http:
            yield gateway, http


def a_long_story() -> Iterator[httpx.Response]:
    """Every answer to a job of eleven minutes, its download, its expiry, and a quota's window."""
    with frozen_gateway() as (gateway, http):
        gateway.scenario("slow")
        created = http.post("/videos", json=ORDER)
        job = f"/videos/{created.json()['id']}"
        yield created
        for seconds in (101, 400, 171):
            gateway.clock.advance(seconds)
            yield http.get(job)
        yield http.get(f"{job}/content")
        gateway.clock.advance(6 * 86400 + 3600)
        yield http.get(f"{job}/content")
        gateway.fault("quota", limit=1, window_s=3600)
        yield http.get(job)
        yield http.get(job)
        gateway.clock.advance(3600)
        yield http.get(job)


def stable_parts(answer: httpx.Response) -> tuple[int, list[tuple[str, str]], bytes]:
    """The parts of an answer that are the same every time."""
    headers = [pair for pair in answer.headers.items() if pair[0] not in VARYING]
    return answer.status_code, headers, answer.content


def test_a_long_job_passes_its_stages_in_order() -> None:
    """The job runs, completes and expires; the quota refuses once, and not after its window."""
    answers = list(a_long_story())

    assert [answer.status_code for answer in answers] == [
        *(200, 200, 200, 200),
        *(200, 404),
        *(200, 429, 200),
    ]
    assert [answers[turn].json()["status"] for turn in range(4)] == [
        "queued",
        "in_progress",
        "in_progress",
        "completed",
    ]
    assert answers[5].json()["error"]["code"] == "video_expired"


def test_the_same_seed_gives_the_same_bytes() -> None:
    """With the same seed, key and instants, two servers give the same answers."""
    first, second = ([stable_parts(answer) for answer in a_long_story()] for _ in range(2))

    assert first == second
