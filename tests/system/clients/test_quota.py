"""Quotas and stale reads: faults that go by the tenant's clock, as clients meet them."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.running import Gateway
from tests.system.clients.gateway import openai_client

ORDER = {"model": "sora-2", "prompt": "A cat", "seconds": "4"}


def test_a_quota_ends_with_its_window(gateway: Gateway) -> None:
    """Above the limit the SDK gets a RateLimitError, and after the window requests pass again."""
    gateway.clock.freeze()
    quota = gateway.fault("quota", limit=2, window_s=60)
    client = openai_client(gateway, retries=0)
    for _ in range(2):
        client.models.list()

    with pytest.raises(openai.RateLimitError) as caught:
        client.models.list()
    gateway.clock.advance(60)
    client.models.list()

    assert caught.value.code == "rate_limit_exceeded"
    assert (quota.seen, quota.fired) == (4, 1)


def test_the_sdk_waits_a_quota_out(gateway: Gateway) -> None:
    """A client that retries when it is asked to gets through by itself, and makes one job."""
    gateway.clock.run(1000)
    gateway.fault("quota", limit=1, window_s=20, operation="createVideo")
    client = openai_client(gateway)

    videos = [client.videos.create(model="sora-2", prompt="A cat", seconds="4") for _ in range(2)]

    assert len({video.id for video in videos}) == len(list(client.videos.list())) == 2


def test_a_quota_says_how_much_is_left(gateway: Gateway, plain: httpx.Client) -> None:
    """Every answer has OpenAI's headers, errors of the handler included."""
    gateway.clock.freeze()
    gateway.fault("quota", limit=2, window_s=60)

    answers = [plain.get("/models"), plain.get("/videos/video_unknown"), plain.get("/models")]

    assert [answer.status_code for answer in answers] == [200, 404, 429]
    for answer, remaining in zip(answers, ("1", "0", "0"), strict=True):
        assert answer.headers["x-ratelimit-limit-requests"] == "2"
        assert answer.headers["x-ratelimit-remaining-requests"] == remaining
        assert answer.headers["x-ratelimit-reset-requests"] == "1ms"
    assert [answer.headers.get("retry-after-ms") for answer in answers] == [None, None, "1"]


@pytest.mark.parametrize(("speed", "reset"), [(0.001, "16h40m0s"), (0.01, "1h40m0s")])
def test_a_quota_reports_real_time(
    speed: float, reset: str, gateway: Gateway, plain: httpx.Client
) -> None:
    """A slower clock makes the window longer for the client that waits for its end."""
    gateway.clock.run(speed)
    gateway.fault("quota", limit=0, window_s=60)

    answer = plain.get("/models")

    assert answer.headers["retry-after-ms"] == str(round(60_000 / speed))
    assert answer.headers["retry-after"] == str(round(60 / speed))
    assert answer.headers["x-ratelimit-reset-requests"] == reset


@given(st.integers(0, 4), st.lists(st.sampled_from(["ask", 7, 30, 61]), max_size=12))
def test_a_quota_counts_exactly(
    control_server: Gateway, limit: int, steps: list[str | int]
) -> None:
    """Whatever the order of requests and time, each window lets just its limit pass."""
    gateway = control_server.with_key(f"sk-quota-{limit}-{steps}".replace(" ", ""))
    gateway.clear_faults()
    gateway.clock.freeze()
    gateway.fault("quota", limit=limit, window_s=60)
    headers = {"Authorization": f"Bearer {gateway.api_key}"}
    now, opened, used, wanted, statuses = 0, None, 0, [], []
    with httpx.Client(base_url=gateway.base_url, headers=headers, trust_env=False) as client:
        for step in steps:
            if isinstance(step, int):
                gateway.clock.advance(step)
                now += step
                continue
            if opened is None or now >= opened + 60:
                opened, used = now, 0
            wanted.append(200 if used < limit else 429)
            used += used < limit
            statuses.append(client.get("/models").status_code)

    assert statuses == wanted


def test_a_quota_counts_requests_that_come_at_once(gateway: Gateway, plain: httpx.Client) -> None:
    """However many arrive together, no more than the limit pass."""
    gateway.clock.freeze()
    quota = gateway.fault("quota", limit=5, window_s=60)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: plain.get("/models").status_code, range(24)))

    assert sorted(answers) == [200] * 5 + [429] * 19
    assert (quota.seen, quota.fired) == (24, 19)


def test_a_stale_read_shows_a_job_as_it_was(gateway: Gateway) -> None:
    """A job that is done still shows as running, in the list too, and later as done."""
    gateway.clock.freeze()
    client = openai_client(gateway, retries=0)
    job = client.videos.create(model="sora-2", prompt="A cat", seconds="4")
    gateway.clock.advance(70)
    gateway.fault("stale_read", seconds=30)

    stale = client.videos.retrieve(job.id)
    listed = next(iter(client.videos.list()))
    with pytest.raises(openai.NotFoundError) as caught:
        client.videos.download_content(job.id)
    gateway.clock.advance(30)

    assert (stale.status, stale.progress) == (listed.status, listed.progress) == ("in_progress", 51)
    assert caught.value.code == "video_not_ready"
    assert client.videos.retrieve(job.id).status == "completed"


@pytest.mark.parametrize("path", ["/videos/{id}", "/video/query?id={id}"])
def test_a_job_younger_than_a_stale_read_is_just_queued(
    path: str, gateway: Gateway, plain: httpx.Client
) -> None:
    """It is found from the start, as it was when it was born."""
    gateway.clock.freeze()
    gateway.fault("stale_read", seconds=3600)
    job = plain.post("/videos", json=ORDER).json()
    gateway.clock.advance(70)

    answer = plain.get(path.format(id=job["id"]))

    assert answer.json()["status"] in ("queued", "pending")


def test_a_poll_loop_ends_under_stale_reads(gateway: Gateway) -> None:
    """Old news is late news: an unmodified poll loop gets to the end."""
    gateway.fault("stale_read", seconds=100)

    video = openai_client(gateway).videos.create_and_poll(
        model="sora-2", prompt="A cat", seconds="4"
    )

    assert video.status == "completed"


def test_a_stale_read_leaves_the_quotas_time_alone(gateway: Gateway, plain: httpx.Client) -> None:
    """A read that is answered from the past still counts in the present's window."""
    gateway.clock.freeze()
    gateway.fault("stale_read", seconds=100)
    gateway.fault("quota", limit=1, window_s=60)

    before = [plain.get("/models").status_code, plain.get("/videos").status_code]
    gateway.clock.advance(60)

    assert [*before, plain.get("/videos").status_code] == [200, 429, 200]
