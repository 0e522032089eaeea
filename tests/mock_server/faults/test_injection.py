"""The faults used on a request are recorded in its scope, for the journal and the metrics."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from mock_server.app import build_server
from mock_server.domain.clock import ManualClock
from mock_server.faults.active import ActiveFaults
from mock_server.faults.parse import make_fault
from mock_server.http.exchange import EXCHANGE, Exchange, Struck
from mock_server.http.security import tenant_of
from mock_server.settings import Settings
from tests.mock_server.inprocess import START_MS, Fake

KEY = "sk-injection"


class Watched:
    """A server that keeps the scopes of its requests."""

    def __init__(self, runner: asyncio.Runner) -> None:
        clock = ManualClock(START_MS)
        self.server = build_server(Settings(validate_responses=True), clock)
        self.scopes: list[Scope] = []
        watched = replace(self.server, application=self._keep)
        self.fake = Fake(watched, clock, runner)

    @property
    def faults(self) -> ActiveFaults:
        """The faults of the key's tenant."""
        return self.fake.runner.run(self.server.tenants.read(tenant_of(KEY))).faults

    def fault(self, kind: str, **settings: Any) -> None:
        """Set a fault."""
        made = make_fault(kind, settings)
        self.fake.runner.run(
            self.server.tenants.update(
                tenant_of(KEY),
                lambda state: replace(state, faults=state.faults.add(*made, START_MS)),
            )
        )

    def get(self, path: str, **headers: str) -> tuple[int, Any, bool]:
        """The status of a response, and the recorded faults of its request."""
        with self.fake.client(KEY) as client:
            status = client.get(path, headers=headers).status_code
        exchange: Exchange = self.scopes[-1][EXCHANGE]
        return status, list(exchange.faults), exchange.deliberate

    async def _keep(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        await self.server.application(scope, receive, send)


@pytest.fixture
def watched() -> Iterator[Watched]:
    """A server of its own for each test."""
    with asyncio.Runner() as runner:
        yield Watched(runner)


def test_a_request_knows_its_faults(watched: Watched) -> None:
    """Each used fault is recorded with kind and id, in the order of use."""
    watched.fault("latency", ms=0)
    watched.fault("status", status=500, operation="listVideos")
    watched.fault("html", nth=2)

    assert watched.get("/v1/videos") == (500, [Struck("latency", 1), Struck("status", 2)], True)
    assert watched.get("/v1/models") == (200, [Struck("latency", 1)], True)


def test_a_fault_asked_for_has_no_id(watched: Watched) -> None:
    """A fault that a trigger asked for is recorded without an id, before the active faults."""
    watched.fault("duplicated")

    asked = watched.get("/v1/models", Prefer="fault=wrong_content_type")

    assert asked == (200, [Struck("wrong_content_type", None), Struck("duplicated", 1)], True)


def test_a_request_without_faults_has_none_recorded(watched: Watched) -> None:
    """Neither a fault for other requests nor a scenario counts as one."""
    watched.fault("status", status=500, operation="listVideos")
    watched.fault("channel_paused")

    assert watched.get("/v1/models", Prefer="scenario=slow") == (200, [], False)


def test_a_request_within_its_quota_is_held_to_the_contract(watched: Watched) -> None:
    """A quota that has not run out leaves the request as good as any."""
    watched.fault("quota", limit=1)

    assert watched.get("/v1/models") == (200, [], False)
    assert watched.get("/v1/models") == (429, [Struck("quota", 1)], True)


def test_a_connection_that_is_none_cannot_be_dropped(watched: Watched) -> None:
    """In process there is nothing to cut, which is a failure of the server like any other."""
    watched.fault("disconnect")

    assert watched.get("/v1/models")[0] == 500


def test_what_a_fault_remembers_is_plain_facts(watched: Watched) -> None:
    """A fault's memory is whole numbers by name, so that any store could keep it."""
    watched.fault("quota", limit=5, window_s=60)
    for _ in range(3):
        watched.get("/v1/models")

    (active,) = watched.faults.faults
    assert active.facts == {"used": 3, "window_ends_ms": START_MS + 60_000}
    assert (active.seen, active.fired) == (3, 0)
