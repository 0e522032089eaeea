"""Webhooks of several processes: each event once, and all the same when a process is killed."""

from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from openai import OpenAI

from benchmarks.machines import machine
from mock_server.app import build_server
from mock_server.http.security import tenant_of
from mock_server.settings import Settings
from tests.mock_server.facts import endpoint
from tests.mock_server.webhooks.receiver import Receiver, receiving
from tests.system.processes.test_workers import ORDER, as_tenant

KEY = "sk-workers"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that answers 200."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture
async def registered(anyio_backend: str, shared_store: str, receiver: Receiver) -> None:
    """The receiver is an endpoint of the key of these tests."""
    made = build_server(Settings(store=shared_store))
    new = endpoint(url=receiver.url)
    await made.webhooks.endpoints.add(tenant_of(KEY), lambda state: (state, new))
    await made.tenants.store.close()


def options(store: str) -> list[str]:
    """Two workers."""
    return ["--store", store, "--workers", "2"]


def end_all_jobs(url: str) -> None:
    """Move the clock past the end of every job."""
    as_tenant(url, "POST", "/_mock/clock/advance", {"seconds": 3600})


@pytest.mark.long
@pytest.mark.usefixtures("registered")
def test_a_killed_workers_event_still_comes(shared_store: str, receiver: Receiver) -> None:
    """Workers are killed while an event is on its way: it comes again, the same, from another."""
    receiver.script.release = Event()
    # Claims end after twice that time.
    with machine(*options(shared_store), "--webhook-timeout", "1") as it:
        job = as_tenant(it.url, "POST", "/v1/videos", ORDER).json()
        end_all_jobs(it.url)
        first = receiver.next()
        for worker in it.workers:
            it.kill(worker)
        receiver.script.release.set()
        again = receiver.next()

    client = OpenAI(api_key="none", base_url="http://127.0.0.1:9")
    event: Any = client.webhooks.unwrap(again.body, again.headers, secret=endpoint().secret)
    assert event.type == "video.completed"
    assert event.data.id == job["id"]
    assert (again.body, again.headers["webhook-id"]) == (first.body, first.headers["webhook-id"])


@pytest.mark.long
@pytest.mark.usefixtures("registered")
def test_of_two_workers_one_sends(shared_store: str, receiver: Receiver) -> None:
    """Without crashes each event comes once, whichever worker made the job or moved the clock."""
    with machine(*options(shared_store)) as it:
        jobs = [as_tenant(it.url, "POST", "/v1/videos", ORDER).json()["id"] for _ in range(20)]
        end_all_jobs(it.url)
        ids = {receiver.next().headers["webhook-id"] for _ in jobs}

    assert len(ids) == len(receiver.heard) == 20
