"""One fake for all these tests; each test is a tenant of its own, named by its key.

Every answer to a documented operation is held to the contract: a breach is a 500 that fails its
test.
"""

from collections.abc import Iterator
from itertools import count

import httpx
import pytest

from mock_server.domain.clock import ManualClock
from mock_server.settings import Settings
from tests.mock_server.inprocess import Fake, fake_gateway


@pytest.fixture(scope="session")
def fake() -> Iterator[Fake]:
    """The shared fake, with repeatable ids."""
    with fake_gateway(Settings(validate_responses=True, seed=7)) as fake:
        yield fake


@pytest.fixture(scope="session")
def _numbers() -> Iterator[int]:
    return count(1)


@pytest.fixture
def client(fake: Fake, _numbers: Iterator[int]) -> Iterator[httpx.Client]:
    """A client with a key that no other test has."""
    with fake.client(f"key-{next(_numbers)}") as client:
        yield client


@pytest.fixture
def stranger(fake: Fake, _numbers: Iterator[int]) -> Iterator[httpx.Client]:
    """A client with another key than ``client``."""
    with fake.client(f"key-{next(_numbers)}") as client:
        yield client


@pytest.fixture
def keyless(fake: Fake) -> Iterator[httpx.Client]:
    """A client without a key."""
    with fake.client(None) as client:
        yield client


@pytest.fixture
def clock(fake: Fake) -> ManualClock:
    """The shared fake's clock; it may have been moved before, and only ever moves on."""
    return fake.clock


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, Settings]]:
    """What would have been served: host, port and settings of each call."""
    calls: list[tuple[str, int, Settings]] = []
    monkeypatch.setattr("mock_server.cli.serve.serve", lambda *arguments: calls.append(arguments))
    return calls
