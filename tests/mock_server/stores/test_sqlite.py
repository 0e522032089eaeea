"""The store in a SQLite file does what every store does, and says what is wrong with its file."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import pytest

from mock_server.domain.bill import Totals
from mock_server.domain.job import Cost, Job
from mock_server.domain.retention import ALL, Retention
from mock_server.domain.tenant import Storable
from mock_server.domain.webhooks import Delivery
from mock_server.journal import Entry, JournalLimits
from mock_server.stores import Store, StoreError, open_store
from mock_server.stores.sqlite import SqliteStore
from tests.mock_server.facts import BORN_MS, delivery, job
from tests.mock_server.stores.retention_suite import retention_suite_for
from tests.mock_server.stores.store_suite import suite_for
from tests.mock_server.stores.tenant_suite import counted

# What makes a file one of the third version, and of the second.
WITHOUT_COSTS = (
    *(f"ALTER TABLE jobs DROP COLUMN {name}" for name in ("price", "waiting", "ended", "removed")),
    *("DROP TABLE removed_jobs", "DROP TABLE onces", "DROP TABLE removed_entries"),
)
WITHOUT_SIZES = (
    *("DROP TRIGGER entry_added", "DROP TRIGGER entry_removed", "DROP TABLE journal_sizes"),
    *WITHOUT_COSTS,
)


@asynccontextmanager
async def sqlite_store(retention: Retention = ALL) -> AsyncIterator[Store]:
    """An empty store in a file of its own."""
    with TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/jobs.db", retention)
        yield store
        await store.close()


TestSqliteStore = suite_for(sqlite_store)
TestSqliteRetention = retention_suite_for(sqlite_store)


def test_what_is_kept_outlives_the_store(tmp_path: Path) -> None:
    """A file that is opened again holds the same jobs and tenant states."""
    address = f"sqlite:///{tmp_path}/jobs.db"

    async def fill() -> None:
        store = open_store(address)
        await store.add(job())
        await store.change_tenant("ann", counted)
        await store.close()

    async def read() -> tuple[Job | None, Storable | None]:
        store = open_store(address)
        found = await store.get("tenant", job().id), await store.tenant_state("ann")
        await store.close()
        return found

    asyncio.run(fill())
    found, state = asyncio.run(read())

    assert found == job()
    assert state is not None
    assert state.stored().made == 1


def test_a_file_of_the_first_version_is_taken_on(tmp_path: Path) -> None:
    """A file from before there were webhooks keeps its jobs, and has an outbox from now on."""
    address = f"sqlite:///{tmp_path}/jobs.db"

    async def use(*deliveries: Delivery) -> Sequence[Delivery]:
        store = open_store(address)
        if await store.get("tenant", job().id) is None:
            await store.add(job(), deliveries)
        await store.outbox.add("tenant", deliveries)
        pending = await store.outbox.pending("tenant", 9)
        await store.close()
        return pending

    asyncio.run(use())
    with closing(sqlite3.connect(tmp_path / "jobs.db", isolation_level=None)) as connection:
        for statement in (
            *("DROP TABLE deliveries", "DROP TABLE records", *WITHOUT_SIZES),
            "PRAGMA user_version = 1",
        ):
            connection.execute(statement)

    assert list(asyncio.run(use(delivery()))) == [delivery()]


def test_jobs_of_the_third_version_have_no_price(tmp_path: Path) -> None:
    """A file from before there were bills keeps its jobs, which are counted as unpriced."""
    address = f"sqlite:///{tmp_path}/jobs.db"

    async def use(new: Job) -> tuple[Job | None, Totals]:
        store = open_store(address)
        await store.add(new)
        found = await store.get("tenant", "old"), await store.bill("tenant", BORN_MS)
        await store.close()
        return found

    asyncio.run(use(job(id="old")))
    with closing(sqlite3.connect(tmp_path / "jobs.db", isolation_level=None)) as connection:
        ((raw,),) = connection.execute("SELECT job FROM jobs").fetchall()
        connection.execute("UPDATE jobs SET job = ?", (orjson.dumps(orjson.loads(raw)[:5]),))
        for statement in (*WITHOUT_COSTS, "PRAGMA user_version = 3"):
            connection.execute(statement)
    old, bill = asyncio.run(use(job(id="new", cost=Cost(7))))

    assert old == job(id="old")
    assert bill == Totals(jobs=2, unpriced=1, reserved=7)


def test_a_journal_of_the_second_version_is_counted(tmp_path: Path) -> None:
    """What a file holds from before journals were bounded in bytes counts from now on."""
    address = f"sqlite:///{tmp_path}/jobs.db"

    async def use(limits: JournalLimits) -> list[int]:
        store = open_store(address)
        for _ in range(5):
            fields = {"prompt": "x" * 10_000}
            await store.note("ann", Entry(method="GET", path="/", fields=fields), limits)
        numbers = [entry.number for entry in await store.journal("ann")]
        await store.close()
        return numbers

    assert asyncio.run(use(JournalLimits())) == [1, 2, 3, 4, 5]
    with closing(sqlite3.connect(tmp_path / "jobs.db", isolation_level=None)) as connection:
        for statement in (*WITHOUT_SIZES, "PRAGMA user_version = 2"):
            connection.execute(statement)

    assert asyncio.run(use(JournalLimits(total=45_000))) == [7, 8, 9, 10]


def test_two_stores_of_a_file_see_the_same(tmp_path: Path) -> None:
    """What one has kept the other finds, and changes through both are all made."""

    async def run() -> tuple[object, list[int]]:
        one, other = (open_store(f"sqlite:///{tmp_path}/jobs.db") for _ in range(2))
        await one.add(job())
        changes = [store.change_tenant("ann", counted) for store in (one, other) for _ in range(20)]
        made = await asyncio.gather(*changes)
        found = await other.get("tenant", job().id)
        for store in (one, other):
            await store.close()
        return found, sorted(made)

    assert asyncio.run(run()) == (job(), list(range(1, 41)))


def no_database(path: Path) -> None:
    """A file of something else."""
    path.write_text("These are notes, and long enough to be no header of a database. " * 20)


def anothers(path: Path) -> None:
    """A database of another program."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE notes (text TEXT)")
    connection.close()


def without_folder(path: Path) -> None:
    """A file in a folder that is not there."""
    path.rmdir() if path.exists() else None


@pytest.mark.parametrize(
    ("make", "name", "reason"),
    [
        (no_database, "jobs.db", "not a SQLite database; use another file"),
        (anothers, "jobs.db", "the database of another program"),
        (without_folder, "absent/jobs.db", "cannot be opened; its folder must exist"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(
    tmp_path: Path, make: Callable[[Path], None], name: str, reason: str
) -> None:
    """The error names the file, what is wrong with it, and how to fix it."""
    path = tmp_path / name
    make(path)
    with pytest.raises(StoreError, match=reason) as refused:
        open_store(f"sqlite:///{path}")

    assert str(path) in str(refused.value)


@pytest.mark.parametrize("address", ["sqlite:///", "sqlite:///:memory:", "sqlite:////"])
def test_an_address_without_a_file_is_refused(address: str) -> None:
    """A store in a file needs a file's name."""
    with pytest.raises(StoreError, match="name a file"):
        open_store(address)


def test_a_file_may_have_any_name(tmp_path: Path) -> None:
    """What means something in an address means nothing in a path."""
    path = tmp_path / "50% of? #jobs & more.db"

    async def run() -> Job | None:
        store = SqliteStore(path)
        await store.add(job())
        found = await store.get("tenant", job().id)
        await store.close()
        return found

    assert asyncio.run(run()) == job()
    assert path.exists()
