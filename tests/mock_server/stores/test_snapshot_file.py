"""The file of a snapshot: one server's at a time, written whole, and never lost without a word."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import orjson
import pytest

from mock_server.domain.retention import ALL
from mock_server.journal import JournalLimits
from mock_server.stores import StoreError, StoreUnavailableError
from mock_server.stores.memory import SnapshotStore
from tests.mock_server.facts import BORN_MS, delivery, job
from tests.mock_server.stores.tenant_suite import ENTRY, STATE


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is to be."""
    return tmp_path / "state.json"


def using(path: Path, body: Callable[[SnapshotStore], Awaitable[object]] | None = None) -> None:
    """Open a store, do something with it, and close it."""

    async def run() -> None:
        store = SnapshotStore(path)
        if body is not None:
            await body(store)
        await store.close()

    asyncio.run(run())


def jobs_in(path: Path) -> list[str]:
    """The ids of the jobs that a file holds."""
    lines = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    return [line[2][0] for line in lines if line[0] == "job"]


def written(path: Path) -> tuple[bytes, int]:
    """What a file holds and when it was written."""
    return (path.read_bytes(), path.stat().st_mtime_ns) if path.exists() else (b"", 0)


async def turn() -> None:
    """Let the others go on."""
    done = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(done.set_result, None)
    await done


def full(_fd: int) -> None:
    """A disk without room."""
    raise OSError("no space left")


def test_a_second_server_is_refused(path: Path) -> None:
    """While one has the file no other starts with it, and afterwards one does."""

    async def another(store: SnapshotStore) -> None:
        with pytest.raises(StoreError, match="another server uses it"):
            SnapshotStore(path)
        await store.add(job())

    using(path, another)
    using(path)

    assert jobs_in(path) == [job().id]


def test_a_link_is_the_file_it_leads_to(path: Path, tmp_path: Path) -> None:
    """It stays a link, its file has what was written, and both are one to a second server."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    path.symlink_to(folder / "real.json")

    async def add(store: SnapshotStore) -> None:
        await store.add(job())
        with pytest.raises(StoreError, match="another server"):
            SnapshotStore(folder / "real.json")

    using(path, add)

    assert path.is_symlink()
    assert jobs_in(folder / "real.json") == [job().id]
    assert [each.name for each in folder.iterdir()] == ["real.json"]


def test_it_is_written_only_when_something_has_changed(path: Path) -> None:
    """A look with nothing new leaves the file alone; a change of any kind is written."""

    async def watch(store: SnapshotStore) -> None:
        await store.save()
        assert written(path) == (b"", 0)
        changes: list[Awaitable[object]] = [
            store.add(job()),
            store.change_tenant("ann", lambda *_: (STATE, None)),
            store.note("ann", ENTRY, JournalLimits()),
            store.outbox.add("ann", [delivery(tenant="ann")]),
            store.outbox.settle(delivery(tenant="ann", due_ms=1)),
            store.clear_journal("ann"),
            store.delete("tenant", job().id, BORN_MS),
        ]
        for change in changes:
            await change
            before = written(path)
            await store.save()
            after = written(path)
            await store.save()
            assert before[0] != after[0]
            assert written(path) == after

    using(path, watch)


def test_it_is_written_every_so_often(path: Path) -> None:
    """A server that is killed has lost no more than that."""

    async def run() -> None:
        store = SnapshotStore(path, ALL, every_s=0.001)
        store.start()
        await store.add(job())
        async with asyncio.timeout(30):
            while not await asyncio.to_thread(path.exists):
                pass
        assert jobs_in(path) == [job().id]
        await store.close()

    asyncio.run(run())


def test_what_is_written_is_of_one_moment(path: Path) -> None:
    """Jobs that are made while the file is written are not in it, and none is half in it."""

    async def busy(store: SnapshotStore) -> None:
        for number in range(3000):
            await store.add(job(id=f"video_{number}"))
        writing = asyncio.create_task(store.save())
        for number in range(3000, 3200):
            await store.add(job(id=f"video_{number}"))
            await asyncio.to_thread(int)
        await writing
        kept = jobs_in(path)
        assert kept == [f"video_{number}" for number in range(len(kept))]

    using(path, busy)
    assert len(jobs_in(path)) == 3200


def test_others_have_their_turn_while_jobs_are_gathered(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Jobs are copied in steps; jobs that are deleted meanwhile do not affect others."""
    monkeypatch.setattr("mock_server.stores.memory.snapshot._AT_ONCE", 10)

    async def busy(store: SnapshotStore) -> None:
        for number in range(95):
            await store.add(job(id=f"video_{number}"))
        saving = asyncio.create_task(store.save())
        for number in range(90):
            await turn()
            await store.delete("tenant", f"video_{number}", BORN_MS)
        await saving
        assert set(jobs_in(path)) >= {f"video_{number}" for number in range(90, 95)}

    using(path, busy)
    assert jobs_in(path) == [f"video_{number}" for number in range(90, 95)]


def test_a_failed_write_leaves_the_old_file_and_saves_the_state(
    path: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A state that cannot be written to its file goes into another one, which the error names."""
    using(path, lambda store: store.add(job(id="first")))
    before = path.read_bytes()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    async def run() -> str:
        store = SnapshotStore(path)
        await store.add(job(id="second"))
        monkeypatch.setattr(Path, "replace", lambda *_: full(0))
        await store.close()
        return str(store.lost)

    lost = asyncio.run(run())
    monkeypatch.undo()
    (saved,) = tmp_path.glob("*.snapshot")

    assert path.read_bytes() == before
    assert lost.startswith(f"the snapshot {path} was not written: no space left; ")
    assert f"are in {saved}: move that file there" in lost
    assert lost in caplog.text
    assert jobs_in(saved) == ["first", "second"]
    assert sorted(tmp_path.iterdir()) == sorted([path, saved])


def test_what_can_be_written_nowhere_is_said_to_be_lost(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If nothing can be written anywhere, no partial file is left and the loss is reported."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "absent"))
    monkeypatch.setattr("os.fsync", full)

    async def run() -> str:
        store = SnapshotStore(path)
        await store.close()
        return str(store.lost)

    assert "; the state is lost" in asyncio.run(run())
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_cannot_write_is_not_ready(path: Path, tmp_path: Path) -> None:
    """A folder that has gone, or a write that failed, is no store that works; one that is is."""

    async def check(store: SnapshotStore) -> None:
        await store.check()
        os.rename(tmp_path / "folder", tmp_path / "away")
        with pytest.raises(StoreUnavailableError, match=r"state\.json"):
            await store.check()
        await store.add(job())
        await store.save()
        os.rename(tmp_path / "away", tmp_path / "folder")
        with pytest.raises(StoreUnavailableError, match=r"state\.json"):
            await store.check()
        await store.save()
        await store.check()

    (tmp_path / "folder").mkdir()
    using(tmp_path / "folder" / path.name, check)
