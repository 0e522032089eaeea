"""A store in memory that outlives its server in a file."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from mock_server.app import build_server
from mock_server.domain.bill import Once, OverBudgetError, Removed, Terms, Totals
from mock_server.domain.job import Cost, Job
from mock_server.domain.retention import ALL, Retention
from mock_server.domain.webhooks import DeliveryState
from mock_server.journal import JournalLimits
from mock_server.journal.entry import Entry
from mock_server.running import serving
from mock_server.settings import Settings
from mock_server.stores import Store, StoreError, open_store
from tests.mock_server.facts import BORN_MS, character, delivery, job
from tests.mock_server.stores.outbox_model import TRIED
from tests.mock_server.stores.retention_suite import retention_suite_for
from tests.mock_server.stores.store_suite import suite_for
from tests.mock_server.stores.tenant_suite import ENTRY, STATE

OVER = delivery(event_id="evt_2", state=DeliveryState.FAILED, attempts=TRIED, reason="no")


@asynccontextmanager
async def snapshot_store(retention: Retention = ALL) -> AsyncIterator[Store]:
    """An empty store with a file of its own."""
    with TemporaryDirectory() as folder:
        yield open_store("memory", retention, Path(folder) / "snapshot")


TestSnapshotStore = suite_for(snapshot_store)
TestSnapshotRetention = retention_suite_for(snapshot_store)


async def fill(path: Path) -> None:
    """Write a snapshot with one of everything."""
    store = open_store("memory", snapshot=path)
    for number in range(3):
        await store.add(job(id=f"video_{number}"))
        await store.note("tenant", Entry(method="GET", path="/"), JournalLimits(2))
    await store.add_character(character())
    await store.change_tenant("tenant", lambda *_: (STATE, None))
    await store.note("tenant", ENTRY, JournalLimits(2))
    await store.outbox.add("tenant", [delivery(), OVER])
    await store.outbox.settle(OVER)
    await store.close()


def test_everything_comes_back(tmp_path: Path) -> None:
    """Jobs in order, characters, tenant states and journals with their numbers are restored."""
    path = tmp_path / "snapshot"

    async def read() -> tuple[object, ...]:
        store = open_store("memory", snapshot=path)
        page = await store.page("tenant", after=None, limit=9, newest_first=False)
        await store.note("tenant", Entry(method="GET", path="/"), JournalLimits(2))
        journal = await store.journal("tenant")
        found = (
            page.jobs if page else None,
            await store.get_character("tenant", "char_1"),
            await store.tenant_state("tenant"),
            [await store.outbox.pending("tenant", 9), await store.outbox.records("tenant", 9)],
            [entry.number for entry in journal],
            journal.dropped,
        )
        await store.close()
        return found

    asyncio.run(fill(path))
    jobs = [job(id=f"video_{number}") for number in range(3)]

    assert asyncio.run(read()) == (jobs, character(), STATE, [[delivery()], [OVER]], [4, 5], 3)
    assert list(tmp_path.iterdir()) == [path]


def test_a_server_goes_on_where_it_ended(tmp_path: Path) -> None:
    """A job made before a server was ended is answered for by the next one."""
    settings = Settings(snapshot=tmp_path / "snapshot")
    headers = {"Authorization": "Bearer sk-snapshot"}
    order = {"model": "sora-2", "prompt": "A cat", "seconds": "4"}
    with httpx.Client(headers=headers, trust_env=False) as client:
        with serving(build_server(settings)) as url:
            made = client.post(f"{url}/v1/videos", json=order).json()
        with serving(build_server(settings)) as url:
            found = client.get(f"{url}/v1/videos/{made['id']}").json()

    assert (found["id"], found["created_at"]) == (made["id"], made["created_at"])


def test_a_bill_and_its_terms_come_back(tmp_path: Path) -> None:
    """What removed jobs have cost, those jobs, and the jobs of requests with a mark."""
    path = tmp_path / "snapshot"
    terms = Terms(budget=100, once=Once("mark", BORN_MS + 1000))
    new = job(id="new", cost=Cost(100))

    async def fill_and_read() -> tuple[Totals, Sequence[Removed], Job]:
        store = open_store("memory", snapshot=path)
        await store.add(job(cost=Cost(100, removed=30)), (), terms)
        await store.delete("tenant", job().id, BORN_MS)
        await store.close()
        store = open_store("memory", snapshot=path)
        bill, removed = await store.bill("tenant", BORN_MS), await store.removed("tenant")
        found = bill, removed, await store.add(new, (), terms)
        with pytest.raises(OverBudgetError):
            await store.add(new, (), Terms(budget=100))
        await store.close()
        return found

    bill, removed, kept = asyncio.run(fill_and_read())

    assert bill == Totals(jobs=1, charged=30, refunded=70)
    assert removed == [Removed(job(cost=Cost(100, removed=30)), BORN_MS)]
    assert kept.id == job().id


def cut(text: bytes) -> bytes:
    """The end is missing."""
    return text[:-20]


def without_a_line(text: bytes) -> bytes:
    """A line is missing."""
    first, _, *rest = text.splitlines(keepends=True)
    return b"".join([first, *rest])


def another_version(text: bytes) -> bytes:
    """A later version wrote it."""
    return text.replace(b'snapshot",1', b'snapshot",2', 1)


@pytest.mark.parametrize(
    "damage", [cut, without_a_line, another_version, lambda _: b"notes", bytes.upper]
)
def test_a_damaged_file_is_refused(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    """A snapshot that is not whole is named with its line, and nothing of it is used."""
    path = tmp_path / "snapshot"
    asyncio.run(fill(path))
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(StoreError, match=r"snapshot: line \d+ cannot be used: .*restore a backup"):
        open_store("memory", snapshot=path)


def test_an_empty_file_is_no_snapshot(tmp_path: Path) -> None:
    """A file without a line was cut off, too."""
    path = tmp_path / "snapshot"
    path.touch()
    with pytest.raises(StoreError, match="the last line is missing"):
        open_store("memory", snapshot=path)
