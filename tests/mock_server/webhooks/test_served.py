"""A server sends events of ended jobs; OpenAI's own client verifies them."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from openai import OpenAI

from mock_server.app import build_server
from mock_server.domain.clock import Pace
from mock_server.domain.webhooks import VIDEO_COMPLETED, VIDEO_FAILED, Endpoint
from mock_server.http.security import tenant_of
from mock_server.running import serving
from mock_server.settings import Settings
from mock_server.tenants import TenantState
from tests.mock_server.facts import endpoint
from tests.mock_server.webhooks.receiver import ReceivedEvent, Receiver

KEY = "sk-webhooks"
ORDER = {"model": "sora-2", "prompt": "A cat", "seconds": "4"}
FROZEN = Settings(pace=Pace(speed=0))


def unwrapped(event: ReceivedEvent) -> Any:
    """What OpenAI's client makes of a request; it raises where the signature does not fit."""
    client = OpenAI(api_key="none", base_url="http://127.0.0.1:9")
    return client.webhooks.unwrap(event.body, event.headers, secret=endpoint().secret)


def given(new: Endpoint) -> Callable[[TenantState], tuple[TenantState, Endpoint]]:
    """Makes that endpoint for any state."""
    return lambda state: (state, new)


@contextmanager
def server_for(*endpoints: Endpoint, settings: Settings = FROZEN) -> Iterator[httpx.Client]:
    """A client of a server, with endpoints."""
    made = build_server(settings)
    for each in endpoints:
        asyncio.run(made.webhooks.endpoints.add(tenant_of(KEY), given(each)))
    headers = {"Authorization": f"Bearer {KEY}"}
    with (
        serving(made) as url,
        httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=30) as client,
    ):
        yield client


def make(client: httpx.Client) -> str:
    """The id of a new job."""
    return str(client.post("/v1/videos", json=ORDER).json()["id"])


def advance(client: httpx.Client, seconds: float) -> None:
    """Move the clock on."""
    client.post("/_mock/clock/advance", json={"seconds": seconds}).raise_for_status()


@pytest.mark.parametrize(
    ("scenario", "event_type"), [("happy", VIDEO_COMPLETED), ("moderation_late", VIDEO_FAILED)]
)
def test_an_end_is_sent(receiver: Receiver, scenario: str, event_type: str) -> None:
    """When a job ends its event comes: signed, with the job's id, and of the clock's instant."""
    with server_for(endpoint(url=receiver.url)) as client:
        client.put("/_mock/scenario", json={"scenario": scenario})
        job = client.post("/v1/videos", json=ORDER).json()
        advance(client, 3600)
        received = receiver.next()
        video = client.get(f"/v1/videos/{job['id']}").json()

    event = unwrapped(received)
    assert (event.type, event.object, event.data.id) == (event_type, "event", job["id"])
    assert event.id == received.headers["webhook-id"]
    assert f"video.{video['status']}" == event_type
    assert job["created_at"] < event.created_at <= job["created_at"] + 3600


def test_a_clock_that_runs_ends_jobs_by_itself(receiver: Receiver) -> None:
    """Nobody has to ask or to move a clock: the event comes when the job's time is over."""
    fast = replace(FROZEN, pace=Pace(speed=10_000))
    with server_for(endpoint(url=receiver.url), settings=fast) as client:
        job = make(client)

        assert unwrapped(receiver.next()).data.id == job


def test_a_clock_that_steps_ends_jobs_by_polls(receiver: Receiver) -> None:
    """The poll that moves the clock past the job's end sends its event."""
    with server_for(
        endpoint(url=receiver.url), settings=replace(FROZEN, pace=Pace(speed=0, step_s=3600))
    ) as client:
        job = make(client)
        client.get(f"/v1/videos/{job}")

        assert unwrapped(receiver.next()).data.id == job


def test_a_job_deleted_before_its_end_sends_nothing(receiver: Receiver) -> None:
    """Only the job that lived to its end is, and a job deleted after its end is as well."""
    with server_for(endpoint(url=receiver.url)) as client:
        deleted, kept = make(client), make(client)
        client.delete(f"/v1/videos/{deleted}").raise_for_status()
        advance(client, 3600)
        client.delete(f"/v1/videos/{kept}").raise_for_status()
        first = unwrapped(receiver.next()).data.id
        last = make(client)
        advance(client, 3600)

        assert [first, unwrapped(receiver.next()).data.id] == [kept, last]


@pytest.mark.parametrize("scopes", [["webhooks"], ["jobs"], ["all"]])
def test_a_reset_ends_what_was_pending(receiver: Receiver, scopes: list[str]) -> None:
    """Jobs before a reset send nothing, and without endpoints nothing at all."""
    with server_for(endpoint(url=receiver.url)) as client:
        make(client)
        client.post("/_mock/reset", json={"scopes": scopes}).raise_for_status()
        later = make(client)
        advance(client, 3600)
        if scopes == ["jobs"]:
            assert unwrapped(receiver.next()).data.id == later

    assert len(receiver.heard) == (scopes == ["jobs"])


def test_attempts_are_counted(receiver: Receiver) -> None:
    """The metrics count attempts by the class of their answers."""
    receiver.script.statuses = [503]
    with server_for(endpoint(url=receiver.url)) as client:
        make(client)
        advance(client, 3600)
        receiver.next()
        # It is tried again when the first attempt is counted, and not before.
        advance(client, 3600)
        receiver.next()
        text = client.get("/_mock/metrics").text

    assert 'gateway_mock_webhook_attempts_total{result="5xx"}' in text


def test_each_wants_its_own(receiver: Receiver) -> None:
    """An endpoint gets the events that it subscribes to, all under one id of the event."""
    wanting = (
        endpoint(id="we_1", url=f"{receiver.url}/both"),
        endpoint(id="we_2", url=f"{receiver.url}/failed", event_types=(VIDEO_FAILED,)),
        endpoint(id="we_3", url=f"{receiver.url}/completed", event_types=(VIDEO_COMPLETED,)),
        endpoint(id="we_4", url=f"{receiver.url}/disabled", disabled="by hand"),
    )
    with server_for(*wanting) as client:
        make(client)
        advance(client, 3600)
        events = [receiver.next(), receiver.next()]

    assert sorted(each.path for each in events) == ["/hooks/both", "/hooks/completed"]
    assert len({each.headers["webhook-id"] for each in events}) == 1
    assert len(receiver.heard) == 2


@pytest.mark.parametrize("kind", ["snapshot", "sqlite"])
def test_what_is_pending_outlives_the_server(receiver: Receiver, tmp_path: Path, kind: str) -> None:
    """The event of a job that ends under the next server is sent by that."""
    path = tmp_path / "kept"
    settings = (
        replace(FROZEN, snapshot=path)
        if kind == "snapshot"
        else replace(FROZEN, store=f"sqlite:///{path}")
    )
    with server_for(endpoint(url=receiver.url), settings=settings) as client:
        job = make(client)
    with server_for(settings=settings) as client:
        advance(client, 3600)

        assert unwrapped(receiver.next()).data.id == job
