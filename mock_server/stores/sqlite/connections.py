"""Reads and writes the SQLite file in the event loop; writes of one turn share a transaction.

A write returns after its transaction is committed. Committing takes some ten microseconds, less
than handing work to a thread and waiting for the interpreter's lock there. Copying the write-ahead
log into the file takes longer and runs in a thread.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from mock_server.stores.protocol import StoredStateError, StoreUnavailableError
from mock_server.stores.sqlite.file import connect, explain, identity, is_busy, require_same

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

_MOST_AT_ONCE = 256
# Seconds between attempts while another process writes. Most transactions take a tenth of that, so
# for the first such interval every turn of the event loop makes an attempt.
_RETRY_S = 0.001
# Transactions between checkpoints, some megabytes.
_CHECKPOINT_EVERY = 500


@dataclass(slots=True)
class _Task:
    """Work to do, and the future of the caller waiting for its result."""

    work: Work[Any]
    future: "asyncio.Future[Any]"
    result: Any = None
    error: Exception | None = None

    def finish(self) -> None:
        """Hand the outcome to the caller, unless it was cancelled."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class Writer:
    """Runs functions in transactions, in the order of their calls, for one event loop."""

    def __init__(self, path: Path, busy_s: float) -> None:
        """Write to an existing file; wait ``busy_s`` seconds for other processes that write."""
        self._path, self._busy_s = path, busy_s
        self._file = identity(path)
        self._connection: sqlite3.Connection | None = None
        self._tasks: list[_Task] = []
        self._since: float | None = None
        self._commits = 0
        self._checkpoint: asyncio.Future[None] | None = None

    async def do(self, work: Work[T]) -> T:
        """Run ``work`` in a transaction and return its result after the commit.

        An exception of ``work`` is raised here and undoes only its own changes.

        Raises:
            StoreUnavailableError: the transaction could not be committed.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._tasks.append(_Task(work, future))
        if len(self._tasks) == 1:
            loop.call_soon(self._write, loop)
        return await future

    async def close(self) -> None:
        """Finish all work and close the connection."""
        while self._tasks:
            await asyncio.wait([task.future for task in self._tasks])
        if self._checkpoint is not None:
            await self._checkpoint
        if self._connection is not None:
            self._connection.close()

    def _write(self, loop: asyncio.AbstractEventLoop) -> None:
        tasks = self._tasks[:_MOST_AT_ONCE]
        try:
            require_same(self._path, self._file)
            if self._connection is None:
                self._connection = connect(self._path, 0, checkpoints=False)
            if not self._begin(self._connection, loop):
                self._try_again(loop)
                return
            _commit(self._connection, tasks)
        except StoreUnavailableError as error:
            self._fail(tasks, error)
        except sqlite3.Error as error:
            self._fail(tasks, StoreUnavailableError(f"the file {self._path}: {explain(error)}"))
        self._since = None
        del self._tasks[: len(tasks)]
        if self._tasks:
            loop.call_soon(self._write, loop)
        for task in tasks:
            task.finish()
        self._checkpoint_when_due(loop)

    def _try_again(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._since is None or loop.time() - self._since < _RETRY_S:
            loop.call_soon(self._write, loop)
        else:
            loop.call_later(_RETRY_S, self._write, loop)

    def _checkpoint_when_due(self, loop: asyncio.AbstractEventLoop) -> None:
        self._commits += 1
        running = self._checkpoint is not None and not self._checkpoint.done()
        if self._commits >= _CHECKPOINT_EVERY and not running:
            self._commits = 0
            self._checkpoint = loop.run_in_executor(None, _checkpoint, self._path)

    def _begin(self, connection: sqlite3.Connection, loop: asyncio.AbstractEventLoop) -> bool:
        """Begin a transaction; False while another process writes, an error after ``busy_s``."""
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            self._since = self._since or loop.time()
            if not is_busy(error) or loop.time() - self._since >= self._busy_s:
                raise
            return False
        return True

    def _fail(self, tasks: list[_Task], error: StoreUnavailableError) -> None:
        for task in tasks:
            task.error = error
        # The state of this connection is unknown; the next transaction opens another.
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Reader:
    """Runs queries at once, or through the writer, which can wait, while the file is locked."""

    def __init__(self, path: Path, writer: Writer) -> None:
        self._path = path
        self._connection = connect(path, 0)
        self._writer = writer

    async def one(self, query: str, *values: Any) -> tuple[Any, ...] | None:
        """Return the first row; raises StoreUnavailableError."""
        rows = await self.all(query, *values)
        return rows[0] if rows else None

    async def all(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return all rows; raises StoreUnavailableError."""
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            if not is_busy(error):
                raise StoreUnavailableError(f"the file {self._path}: {explain(error)}") from error
        return await self._writer.do(lambda other: other.execute(query, values).fetchall())

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class _HalfDoneError(Exception):
    """A task failed after it had written something."""


def _commit(connection: sqlite3.Connection, tasks: list[_Task]) -> None:
    """Run all tasks in the transaction that has begun."""
    try:
        try:
            _run_all(connection, tasks)
        except (_HalfDoneError, sqlite3.IntegrityError):
            # This is rare, and savepoints for all tasks would cost a third more.
            connection.execute("ROLLBACK")
            connection.execute("BEGIN IMMEDIATE")
            for task in tasks:
                _run_separately(connection, task)
        connection.execute("COMMIT")
    except sqlite3.Error:
        # A full disk has ended the transaction by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _run_all(connection: sqlite3.Connection, tasks: list[_Task]) -> None:
    for task in tasks:
        before = connection.total_changes
        try:
            task.result = task.work(connection)
        except sqlite3.Error:
            raise
        except Exception as error:
            if connection.total_changes != before:
                raise _HalfDoneError from error
            task.error = error


def _run_separately(connection: sqlite3.Connection, task: _Task) -> None:
    """Run one task with a savepoint, so that its failure undoes only its own changes."""
    task.error = None
    connection.execute("SAVEPOINT task")
    try:
        task.result = task.work(connection)
    except sqlite3.IntegrityError as error:
        # Inconsistent rows of one tenant must not fail the tasks of others.
        task.error = StoredStateError(f"its rows contradict each other ({error})")
    except sqlite3.Error:
        raise
    except Exception as error:  # noqa: BLE001 - raised where the work was handed in
        task.error = error
    if task.error is not None:
        connection.execute("ROLLBACK TO task")
    connection.execute("RELEASE task")


def _checkpoint(path: Path) -> None:
    """Copy the write-ahead log into the file, except for what other connections still read."""
    try:
        connection = connect(path, 0, checkpoints=False)
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        connection.close()
    except sqlite3.Error:
        # Nothing is lost; the next write reports what is wrong with the file.
        return
