"""A server on a file is ready while what it answers can be kept in that file."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from mock_server.app import build_server
from mock_server.running import serving
from mock_server.settings import Settings
from mock_server.stores import StoreUnavailableError
from mock_server.stores.sqlite import SqliteStore

DAMAGE = b"\xff"
CREATE = {"model": "sora-2", "prompt": "A cat"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is."""
    return tmp_path / "jobs.db"


@pytest.fixture
def client(path: Path) -> Iterator[httpx.Client]:
    """A client of a server on that file."""
    with (
        serving(build_server(Settings(store=f"sqlite:///{path}"))) as url,
        httpx.Client(
            base_url=url, headers={"Authorization": "Bearer ready"}, timeout=30, trust_env=False
        ) as client,
    ):
        yield client


def ready(client: httpx.Client) -> int:
    """The status of a probe."""
    return client.get("/_mock/ready").status_code


def test_a_locked_file_is_not_ready(path: Path, client: httpx.Client) -> None:
    """Reads go on while another program holds the file; writes do not, and they are what counts."""
    statuses = [ready(client)]
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        statuses.append(ready(client))
        holder.execute("ROLLBACK")
        statuses.append(ready(client))

    assert statuses == [200, 503, 200]


def test_a_file_that_is_away_is_not_ready(path: Path, client: httpx.Client) -> None:
    """No job is made that would be gone with the server; with the file back, all is as before."""
    made = client.post("/v1/videos", json=CREATE).json()["id"]
    away = path.with_name("away")
    path.rename(away)
    refused = client.post("/v1/videos", json=CREATE)
    statuses = [ready(client)]
    away.rename(path)
    statuses.append(ready(client))
    listed = client.get("/v1/videos").json()["data"]

    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "store_unavailable")
    assert statuses == [503, 200]
    assert [job["id"] for job in listed] == [made]


def test_a_damaged_file_is_not_ready(path: Path, client: httpx.Client) -> None:
    """Where jobs cannot be made since pages make no sense, the probe says so."""
    client.post("/v1/videos", json=CREATE)
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as pages:
        pages.seek(1024)
        pages.write(DAMAGE * (path.stat().st_size - 1024))
    refused = client.post("/v1/videos", json=CREATE)

    assert (refused.status_code, ready(client)) == (503, 503)


def test_a_full_disk_is_not_ready(tmp_path: Path) -> None:
    """A probe writes more than there is room for where a job could not be kept."""

    async def set_pages(store: SqliteStore, most: int) -> None:
        pragma = f"PRAGMA max_page_count = {most}"
        await store._writer.do(lambda it: it.execute(pragma).fetchall())

    async def run() -> None:
        store = SqliteStore(tmp_path / "jobs.db")
        await set_pages(store, 1)
        with pytest.raises(StoreUnavailableError, match="disk is full"):
            await store.check()
        await set_pages(store, 2**30)
        await store.check()
        await store.close()

    asyncio.run(run())
