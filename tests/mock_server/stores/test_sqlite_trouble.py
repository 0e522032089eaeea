"""A locked, removed, full or damaged SQLite file is reported, and nothing is half written."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from mock_server.domain.job import Job
from mock_server.stores import StoreError, StoreUnavailableError
from mock_server.stores.sqlite import SqliteStore
from tests.mock_server.facts import job


def test_a_locked_file_is_reported_at_the_start(tmp_path: Path) -> None:
    """A file that another program keeps locked is refused with the reason."""
    path = tmp_path / "jobs.db"
    asyncio.run(SqliteStore(path).close())
    with sqlite3.connect(path, isolation_level=None) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="another program has locked it"):
            SqliteStore(path, busy_s=0)
    holder.close()


def test_a_locked_file_is_reported_and_works_when_it_is_free(tmp_path: Path) -> None:
    """Writes fail while another program holds the file, and work again afterwards."""
    path = tmp_path / "jobs.db"

    async def run() -> object:
        store = SqliteStore(path, busy_s=0)
        with sqlite3.connect(path, isolation_level=None) as holder:
            holder.execute("BEGIN EXCLUSIVE")
            with pytest.raises(StoreUnavailableError, match="another program has locked it"):
                await store.add(job())
        holder.close()
        await store.add(job())
        found = await store.get("tenant", job().id)
        await store.close()
        return found

    assert asyncio.run(run()) == job()


@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_was_taken_away_is_not_written(tmp_path: Path, replaced: bool) -> None:
    """What nobody could find again is not acknowledged; with the file back, all goes on."""
    path, away = tmp_path / "jobs.db", tmp_path / "away"

    async def run() -> list[Job | None]:
        store = SqliteStore(path)
        await store.add(job(id="first"))
        path.rename(away)
        if replaced:
            path.write_bytes(b"")
        for write in (store.add(job(id="lost")), store.check()):
            with pytest.raises(StoreUnavailableError, match="put it back"):
                await write
        assert path.exists() == replaced
        away.replace(path)
        await store.check()
        await store.add(job(id="second"))
        found = [await store.get("tenant", name) for name in ("first", "lost", "second")]
        await store.close()
        return found

    assert asyncio.run(run()) == [job(id="first"), None, job(id="second")]


def test_a_full_disk_is_reported_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    """A job that there is no room for is refused whole, and those before it stay."""
    path = tmp_path / "jobs.db"

    async def fill(store: SqliteStore) -> None:
        for number in range(1000):
            await store.add(job(id=f"video_{number}"))
            kept.append(number)

    async def run() -> int:
        store = SqliteStore(path)
        await store.add(job(id="first"))
        # Limits the pages of the file as a full disk would.
        await store._writer.do(lambda it: it.execute("PRAGMA max_page_count = 1").fetchall())
        with pytest.raises(StoreUnavailableError, match="disk is full"):
            await fill(store)
        page = await store.page("tenant", after=None, limit=2000, newest_first=False)
        await store.close()
        return len(page.jobs) if page else 0

    kept: list[int] = []
    assert asyncio.run(run()) == len(kept) + 1


def test_a_damaged_file_is_reported(tmp_path: Path) -> None:
    """Damaged pages make the store unavailable, which is not an internal error."""
    path = tmp_path / "jobs.db"

    async def fill() -> None:
        store = SqliteStore(path)
        for number in range(200):
            await store.add(job(id=f"video_{number}"))
        await store.close()

    asyncio.run(fill())
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * (size - 8192))

    async def read() -> None:
        store = SqliteStore(path)
        try:
            await store.page("tenant", after=None, limit=100, newest_first=True)
        finally:
            await store.close()

    with pytest.raises((StoreError, StoreUnavailableError), match="damaged"):
        asyncio.run(read())
