"""A server with every limit low."""

from collections.abc import Iterator

import pytest

from mock_server.settings import Settings
from tests.mock_server.wire import Address, loopback

LIMITS = Settings(
    max_body=300_000,
    max_parts=5,
    max_field=100,
    max_depth=3,
    max_values=50,
    max_url=200,
    max_headers=10,
    max_header_bytes=1000,
    max_connections=20,
    read_timeout=1,
)


@pytest.fixture(scope="module")
def address() -> Iterator[Address]:
    """A server with every limit low."""
    with loopback(LIMITS) as address:
        yield address
