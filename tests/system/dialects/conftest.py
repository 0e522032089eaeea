"""Fakes in each dialect, every answer held to the contract as that dialect speaks it."""

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from mock_server.running import Gateway, running_gateway
from mock_server.settings import Settings
from openapi.dialects import names
from openapi.dialects.dialect import Dialect
from tests.mock_server.inprocess import Fake, fake_gateway
from tests.system.dialects.rendered import DIALECTS
from tests.system.dialects.tenants import tenant_in


@pytest.fixture(scope="session", params=names())
def dialect(request: pytest.FixtureRequest) -> Dialect:
    """Each of the project's dialects."""
    return DIALECTS[request.param]


@pytest.fixture(scope="session")
def fake(dialect: Dialect) -> Iterator[Fake]:
    """A fake whose own dialect it is."""
    with fake_gateway(Settings(dialect=dialect.name, validate_responses=True, seed=7)) as fake:
        yield fake


@pytest.fixture
def client(fake: Fake) -> Iterator[httpx.Client]:
    """A client with a key that nobody else has."""
    with fake.client(f"key-{uuid4().hex}") as client:
        yield client


@pytest.fixture(scope="session")
def server() -> Iterator[Gateway]:
    """One server for all; each test is a tenant with a dialect of its own."""
    with running_gateway(Settings(validate_responses=True)) as gateway:
        yield gateway


@pytest.fixture
def like_openai(server: Gateway) -> Gateway:
    """A tenant that answers as OpenAI does."""
    return tenant_in(server, "openai")


@pytest.fixture
def like_new_api(server: Gateway) -> Gateway:
    """A tenant that answers as new-api does."""
    return tenant_in(server, "new-api")
