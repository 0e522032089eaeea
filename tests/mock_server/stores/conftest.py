"""A store of each kind, empty."""

from pathlib import Path

import pytest

from tests.mock_server.stores.shelves import RedisShelf, Shelf, SnapshotShelf, SqliteShelf

KINDS = ["sqlite", "snapshot", pytest.param("redis", marks=pytest.mark.needs("redis-server"))]


@pytest.fixture(params=KINDS)
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    """Where a server keeps everything, until the test ends."""
    match request.param:
        case "sqlite":
            return SqliteShelf(tmp_path)
        case "snapshot":
            return SnapshotShelf(tmp_path)
        case _:
            return RedisShelf()
