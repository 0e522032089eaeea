"""Servers, keys and official clients for tests that go over HTTP."""

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from mock_server.domain.clock import ManualClock, Pace
from mock_server.running import Gateway, running_gateway
from mock_server.settings import Settings
from tests.system.clients.gateway import EPOCH_MS, StillGateway, running
from tests.system.clients.sdk import AsyncSdk, Sdk, SyncSdk

# A job of 4 seconds takes 67 of the clock's, and so 67 real milliseconds.
HASTE = 1000


@pytest.fixture(scope="session")
def hasty_url() -> Iterator[str]:
    """A server on which a poll loop ends within a moment."""
    with running(Settings(pace=Pace(speed=HASTE), validate_responses=True)) as url:
        yield url


@pytest.fixture(scope="session")
def still_server() -> Iterator[StillGateway]:
    """A server whose clock the tests of one worker share; it only ever moves on."""
    clock = ManualClock(EPOCH_MS)
    with running(Settings(validate_responses=True), clock) as url:
        yield StillGateway(url, clock)


@pytest.fixture(scope="session")
def control_server() -> Iterator[Gateway]:
    """A server with a hand on its controls, which the tests of one worker share."""
    with running_gateway(Settings(validate_responses=True)) as gateway:
        yield gateway


@pytest.fixture
def gateway(control_server: Gateway) -> Gateway:
    """State of its own for each test, its clock stepping while a client polls."""
    gateway = control_server.with_key(f"sk-{uuid4().hex}")
    gateway.clock.step(20)
    return gateway


@pytest.fixture
def plain(gateway: Gateway) -> Iterator[httpx.Client]:
    """A client of the test's tenant that hides nothing."""
    headers = {"Authorization": f"Bearer {gateway.api_key}"}
    with httpx.Client(base_url=gateway.base_url, headers=headers, trust_env=False) as client:
        yield client


@pytest.fixture
def api_key() -> str:
    """A key nobody else uses: state of its own."""
    return f"test-{uuid4().hex}"


@pytest.fixture
def http(still_server: StillGateway, api_key: str) -> Iterator[httpx.Client]:
    """A plain HTTP client of the still server that sends the test's key."""
    headers = {"Authorization": f"Bearer {api_key}"}
    with httpx.Client(base_url=still_server.url, headers=headers, trust_env=False) as client:
        yield client


@pytest.fixture(scope="session", params=[SyncSdk, AsyncSdk], ids=["sync", "async"])
def official(request: pytest.FixtureRequest) -> Iterator[Sdk]:
    """The official Python client, once blocking and once asynchronous."""
    with request.param() as client:
        yield client


@pytest.fixture
def sdk(official: Sdk, still_server: StillGateway, api_key: str) -> Sdk:
    """The official client, connected to the still server with the test's key."""
    return official.connected(still_server.url, api_key)


@pytest.fixture
def hasty_sdk(official: Sdk, hasty_url: str, api_key: str) -> Sdk:
    """The official client, connected to the hasty server with the test's key."""
    return official.connected(hasty_url, api_key)
