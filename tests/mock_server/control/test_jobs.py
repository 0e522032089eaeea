"""Jobs that a test, or a person who watches, ends, lets expire, deletes and remixes."""

from typing import Any

import httpx
import pytest
from openai import NotFoundError, OpenAI

from tests.mock_server.control.conftest import START_MS, Call, video
from video_gateway_mock.handle import ControlError, Gateway

# Port 9 was for services that throw all away (RFC 863): nobody listens there.
NOBODY = "http://127.0.0.1:9/hooks"


def test_a_job_has_its_plan(gateway: Gateway, client: OpenAI) -> None:
    """Phases follow each other from the creation to the end, and there is a price."""
    job = gateway.job(video(client))
    first, second = job.phases

    assert (job.created_ms, job.outcome) == (START_MS, "completed")
    assert (first.status, first.starts_ms, first.ends_ms) == ("queued", START_MS, second.starts_ms)
    assert (second.status, second.progress_end, second.ends_ms) == ("running", 99, job.ends_ms)
    assert (job.usd, job.video_url) == (0.4, None)


ENDS: tuple[tuple[dict[str, str], tuple[str, str | None]], ...] = (
    ({}, ("completed", None)),
    ({"outcome": "completed"}, ("completed", None)),
    ({"outcome": "failed"}, ("failed", "generation_failed")),
    ({"outcome": "failed", "code": "boom", "message": "It broke."}, ("failed", "boom")),
    ({"outcome": "cancelled"}, ("failed", "cancelled")),
)


@pytest.mark.parametrize(("how", "expected"), ENDS)
def test_a_job_ends_now(
    gateway: Gateway, client: OpenAI, how: dict[str, str], expected: tuple[str, str | None]
) -> None:
    """The client sees the end with its next poll; the clock and other jobs are left alone."""
    job, other = video(client), video(client)
    record = gateway.end_job(job, **how)

    assert (record.status, record.error, record.ends_in_ms) == (*expected, None)
    assert gateway.clock.now() == START_MS
    assert gateway.job(other).status == "queued"
    seen = client.videos.retrieve(job)
    assert (seen.status, seen.error and seen.error.code) == (
        "cancelled" if expected[1] == "cancelled" else expected[0],
        expected[1],
    )


def test_a_completed_job_has_a_film(gateway: Gateway, client: OpenAI) -> None:
    """The links need no key, and the content can expire."""
    job = gateway.end_job(video(client))
    assert job.video_url is not None
    assert job.thumbnail_url is not None
    film, picture = (httpx.get(url, trust_env=False) for url in (job.video_url, job.thumbnail_url))
    expired = gateway.expire_job(job.id)

    assert (film.headers["content-type"], picture.headers["content-type"]) == (
        "video/mp4",
        "image/webp",
    )
    assert (expired.video_url, expired.expires_ms) == (None, START_MS)
    with pytest.raises(NotFoundError, match="expired"):
        client.videos.download_content(job.id)


def test_a_job_that_never_ends_completes(gateway: Gateway, client: OpenAI) -> None:
    """What its scenario has no end for ends well."""
    gateway.scenario("stuck_queued")

    assert gateway.end_job(video(client)).status == "completed"


def test_webhooks_follow_the_new_end(gateway: Gateway, client: OpenAI) -> None:
    """The event of the planned end is withdrawn, that of the real one is due."""
    gateway.webhooks.create(NOBODY)
    job = video(client)
    gateway.end_job(job, "failed")
    (delivery,) = gateway.webhooks.deliveries(job=job)

    assert (delivery.event_type, delivery.happened_ms) == ("video.failed", START_MS)


def test_a_job_is_deleted(gateway: Gateway, client: OpenAI) -> None:
    """As by the gateway's own operation; the bill keeps it."""
    gateway.delete_job(video(client))

    assert gateway.jobs == []
    assert gateway.bill.jobs == 1


def test_a_remix_is_a_new_job(gateway: Gateway, client: OpenAI) -> None:
    """It has the parent's size and the new prompt, and follows the scenario for new jobs."""
    parent = gateway.end_job(video(client))
    gateway.scenario("slow")
    remix = gateway.remix_job(parent.id, "At night")

    assert (remix.parent, remix.prompt, remix.size) == (parent.id, "At night", parent.size)
    assert (remix.kind, remix.scenario) == ("remix", "slow")
    assert client.videos.retrieve(remix.id).status == "queued"


def test_a_list_goes_on_after_a_job(gateway: Gateway, client: OpenAI, call: Call) -> None:
    """Pages of a long list join."""
    first, second, third = (video(client) for _ in range(3))
    page = call("GET", "/jobs", params={"limit": 1, "after": third}).json()

    assert ([each["id"] for each in page["jobs"]], page["has_more"]) == ([second], True)
    assert call("GET", "/jobs", params={"after": first}).json() == {"jobs": [], "has_more": False}


REFUSED: tuple[tuple[str, str, Any, int, str], ...] = (
    ("GET", "/jobs/nobody", None, 404, "No video with id 'nobody'"),
    ("POST", "/jobs/nobody/end", {}, 404, "nobody"),
    ("POST", "/jobs/nobody/expire", None, 404, "nobody"),
    ("DELETE", "/jobs/nobody", None, 404, "nobody"),
    ("POST", "/jobs/nobody/remix", {"prompt": "x"}, 404, "nobody"),
    ("GET", "/jobs?after=nobody", None, 404, "nobody"),
    ("POST", "/jobs/{job}/expire", None, 409, "the job is queued"),
    ("POST", "/jobs/{job}/remix", {"prompt": "x"}, 409, "not finished"),
    ("POST", "/jobs/{job}/remix", {"prompt": ""}, 400, "prompt"),
    ("POST", "/jobs/{job}/end", {"outcome": "late"}, 400, "outcome"),
    ("POST", "/jobs/{job}/end", {"outcome": "completed", "code": "x"}, 400, "'code' belongs to"),
)


@pytest.mark.parametrize(("method", "path", "body", "status", "why"), REFUSED)
def test_what_cannot_be_done_is_refused(
    call: Call, client: OpenAI, *, method: str, path: str, body: Any, status: int, why: str
) -> None:
    """The answer says what is wrong, in the terms of the caller."""
    answer = call(method, path.format(job=video(client)), json=body)

    assert answer.status_code == status
    assert why in answer.json()["error"]["message"]


def test_a_job_ends_once(gateway: Gateway, client: OpenAI) -> None:
    """What has ended stays as it is."""
    job = video(client)
    gateway.end_job(job, "failed")

    with pytest.raises(ControlError, match="has ended: it is failed"):
        gateway.end_job(job)


def test_a_job_of_another_key_is_unknown(gateway: Gateway, client: OpenAI) -> None:
    """Only the tenant's own jobs can be looked at or changed."""
    job = video(client)

    with pytest.raises(ControlError, match="No video"):
        gateway.with_key("sk-of-a-stranger").end_job(job)
