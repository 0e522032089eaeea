"""A server with every limit low."""

from collections.abc import Iterator

import pytest

from mock_server.http.limits import BodyLimits, ConnectionLimits
from mock_server.settings import Settings
from tests.mock_server.wire import Address, loopback

LIMITS = Settings(
    body=BodyLimits(size=300_000, parts=5, field=100, depth=3, values=50),
    connections=ConnectionLimits(url=200, headers=10, header_bytes=1000, open=20, read_s=1),
)


@pytest.fixture(scope="module")
def address() -> Iterator[Address]:
    """A server with every limit low."""
    with loopback(LIMITS) as address:
        yield address
