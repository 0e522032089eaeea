"""What is wrong with one tenant's state does not stop what is done for the others."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from mock_server.app import build_server
from mock_server.domain.clock import Pace
from mock_server.domain.job import Job
from mock_server.domain.retention import Retention
from mock_server.journal import JournalLimits
from mock_server.settings import Settings
from mock_server.stores import StoredStateError
from mock_server.stores.sqlite import SqliteStore
from tests.mock_server.facts import BORN_MS, delivery, endpoint, job
from tests.mock_server.stores.tenant_suite import ENTRY
from tests.mock_server.webhooks.receiver import Receiver, receiving
from tests.mock_server.webhooks.test_served import given

RUNNING = Pace(speed=1, start_ms=BORN_MS * 2)


def sql(path: Path, statement: str) -> None:
    """Change a file as another program would."""
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(statement)


def test_webhooks_of_others_are_sent(tmp_path: Path) -> None:
    """The webhook sender survives an unusable tenant state and logs it once."""
    path = tmp_path / "jobs.db"
    settings = Settings(store=f"sqlite:///{path}", pace=RUNNING)

    async def run(receiver: Receiver) -> str:
        made = build_server(settings)
        for tenant in ("ann", "bob"):
            there = endpoint(url=f"{receiver.url}/{tenant}")
            await made.webhooks.endpoints.add(tenant, given(there))
            await made.tenants.store.outbox.add(tenant, [delivery(tenant=tenant)])
        await asyncio.to_thread(sql, path, "UPDATE worlds SET facts = x'00' WHERE tenant = 'ann'")
        made.webhooks.sender.start()
        received = await asyncio.to_thread(receiver.next)
        await made.webhooks.sender.close()
        await made.tenants.store.close()
        return received.path

    with receiving() as receiver:
        assert asyncio.run(run(receiver)).endswith("/bob")


def test_rows_that_contradict_each_other_fail_one_write(tmp_path: Path) -> None:
    """Of writes that are committed together, only the one that cannot be is refused, and whole."""
    path = tmp_path / "jobs.db"

    async def run() -> list[object]:
        store = SqliteStore(path)
        await store.note("ann", replace(ENTRY), JournalLimits())
        await asyncio.to_thread(sql, path, "UPDATE journal SET number = 'x'")
        await asyncio.to_thread(
            sql, path, "INSERT INTO journal SELECT tenant, 1, entry FROM journal"
        )
        done = await asyncio.gather(
            store.add(job(tenant="bob", id="before")),
            store.note("ann", replace(ENTRY), JournalLimits()),
            store.add(job(tenant="bob", id="after")),
            return_exceptions=True,
        )
        page = await store.page("bob", after=None, limit=9, newest_first=False)
        await store.close()
        return [[type(each) for each in done], [each.id for each in page.jobs] if page else None]

    assert asyncio.run(run()) == [[Job, StoredStateError, Job], ["before", "after"]]


def test_a_count_that_is_none_bounds_nothing(tmp_path: Path) -> None:
    """Jobs can be created although the count for retention is damaged."""
    path = tmp_path / "jobs.db"

    async def run() -> int:
        store = SqliteStore(path, Retention(count=2))
        await store.add(job(id="first"))
        await asyncio.to_thread(sql, path, "UPDATE counts SET jobs = 'many'")
        await store.add(job(id="second"))
        page = await store.page("tenant", after=None, limit=9, newest_first=False)
        await store.close()
        return len(page.jobs) if page else 0

    assert asyncio.run(run()) == 2


@pytest.mark.parametrize("table", ["jobs", "counts", "worlds", "journal", "deliveries", "records"])
def test_a_table_that_cannot_be_written_is_not_ready(tmp_path: Path, table: str) -> None:
    """A check writes a row of each kind, so that one kind that cannot be written is noticed."""
    path = tmp_path / "jobs.db"
    refuse = f"""CREATE TRIGGER no_{table} BEFORE INSERT ON {table}
        BEGIN SELECT RAISE(FAIL, 'no'); END"""

    async def run() -> None:
        store = SqliteStore(path)
        await store.check()
        await asyncio.to_thread(sql, path, refuse)
        with pytest.raises(StoredStateError, match="no"):
            await store.check()
        await store.close()

    asyncio.run(run())


def test_a_check_leaves_nothing(tmp_path: Path) -> None:
    """What was written to see whether it can be is gone."""
    path = tmp_path / "jobs.db"

    async def run() -> None:
        store = SqliteStore(path)
        await store.check()
        await store.close()

    asyncio.run(run())
    with closing(sqlite3.connect(path)) as file:
        for table in ("jobs", "counts", "characters", "worlds", "journal", "deliveries", "records"):
            assert file.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
