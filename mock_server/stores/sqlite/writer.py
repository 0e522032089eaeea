"""Writes between other work of the event loop: what came in since the last time is one transaction.

Nobody hears of a write before its transaction is committed. A commit takes some ten microseconds,
less than it takes to hand work to a thread and to wait for the interpreter's lock there; what may
take long, putting what was committed into the file itself, is a thread's.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from mock_server.stores.protocol import StoredStateError, StoreUnavailableError
from mock_server.stores.sqlite.file import connect, identity, is_busy, require_same, told

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

_MOST_AT_ONCE = 256
# Seconds between two tries while another process writes. Most transactions take a tenth of it, so
# that for as long as this it is tried each time round, between other work.
_RETRY_S = 0.001
# Transactions between two moves of what was committed into the file itself, some megabytes.
_A_CHECKPOINT = 500


@dataclass(slots=True)
class _Task:
    """Something to do, and who waits for what comes of it."""

    work: Work[Any]
    future: "asyncio.Future[Any]"
    found: Any = None
    error: Exception | None = None

    def tell(self) -> None:
        """Wake up whoever waits, if anybody still does."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.found)


class Writer:
    """Does work in transactions, in the order in which it was handed in; for one event loop."""

    def __init__(self, path: Path, busy_s: float) -> None:
        """Write to a file that is prepared; wait so long for other processes."""
        self._path, self._busy_s = path, busy_s
        self._file = identity(path)
        self._connection: sqlite3.Connection | None = None
        self._tasks: list[_Task] = []
        self._since: float | None = None
        self._commits = 0
        self._checkpoint: asyncio.Future[None] | None = None

    async def do(self, work: Work[T]) -> T:
        """What ``work`` finds, once it is committed. What it raises concerns no other work.

        Raises:
            StoreUnavailableError: it could not be committed; nothing of it was.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._tasks.append(_Task(work, future))
        if len(self._tasks) == 1:
            loop.call_soon(self._write, loop)
        return await future

    async def close(self) -> None:
        """Finish what was handed in, and let go of the file."""
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
            if not self._begun(self._connection, loop):
                self._try_again(loop)
                return
            _commit(self._connection, tasks)
        except StoreUnavailableError as error:
            self._fail(tasks, error)
        except sqlite3.Error as error:
            self._fail(tasks, StoreUnavailableError(f"the file {self._path}: {told(error)}"))
        self._since = None
        del self._tasks[: len(tasks)]
        if self._tasks:
            loop.call_soon(self._write, loop)
        for task in tasks:
            task.tell()
        self._move_on(loop)

    def _try_again(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._since is None or loop.time() - self._since < _RETRY_S:
            loop.call_soon(self._write, loop)
        else:
            loop.call_later(_RETRY_S, self._write, loop)

    def _move_on(self, loop: asyncio.AbstractEventLoop) -> None:
        self._commits += 1
        moving = self._checkpoint is not None and not self._checkpoint.done()
        if self._commits >= _A_CHECKPOINT and not moving:
            self._commits = 0
            self._checkpoint = loop.run_in_executor(None, _checkpoint, self._path)

    def _begun(self, connection: sqlite3.Connection, loop: asyncio.AbstractEventLoop) -> bool:
        """Whether nobody else writes; raises where that has been so for too long."""
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
        # The next ones get a new connection, whatever this one's state is.
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _HalfDoneError(Exception):
    """A task failed after it had written something, which must not be committed."""


def _commit(connection: sqlite3.Connection, tasks: list[_Task]) -> None:
    """Do all tasks in the transaction that has begun."""
    try:
        try:
            _do_all(connection, tasks)
        except (_HalfDoneError, sqlite3.IntegrityError):
            # It seldom comes to that, and savepoints for all tasks would cost a third more.
            connection.execute("ROLLBACK")
            connection.execute("BEGIN IMMEDIATE")
            for task in tasks:
                _do_apart(connection, task)
        connection.execute("COMMIT")
    except sqlite3.Error:
        # A full disk has ended the transaction by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _do_all(connection: sqlite3.Connection, tasks: list[_Task]) -> None:
    for task in tasks:
        before = connection.total_changes
        try:
            task.found = task.work(connection)
        except sqlite3.Error:
            raise
        except Exception as error:
            if connection.total_changes != before:
                raise _HalfDoneError from error
            task.error = error


def _do_apart(connection: sqlite3.Connection, task: _Task) -> None:
    """Do a task whole, or nothing of it."""
    task.error = None
    connection.execute("SAVEPOINT task")
    try:
        task.found = task.work(connection)
    except sqlite3.IntegrityError as error:
        # Rows of one tenant that contradict each other are nobody else's trouble.
        task.error = StoredStateError(f"its rows contradict each other ({error})")
    except sqlite3.Error:
        raise
    except Exception as error:  # noqa: BLE001 - raised where the work was handed in
        task.error = error
    if task.error is not None:
        connection.execute("ROLLBACK TO task")
    connection.execute("RELEASE task")


def _checkpoint(path: Path) -> None:
    """Move what was committed into the file itself, as far as nobody reads what was there."""
    try:
        connection = connect(path, 0, checkpoints=False)
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        connection.close()
    except sqlite3.Error:
        # Nothing is lost by it; whoever writes next is told what is wrong with the file.
        return
