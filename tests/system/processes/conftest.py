"""The stores that processes can share, each empty, by the address that a command takes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.redis_server import RedisServer, running_redis


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """An empty Redis."""
    with running_redis() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("redis", marks=pytest.mark.needs("redis-server"))])
def shared_store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store that processes can share."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/jobs.db"
    server: RedisServer = request.getfixturevalue("redis_server")
    return server.address
