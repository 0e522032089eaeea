"""One thread that writes: whatever came in while it was busy is one transaction.

Nobody hears of a write before its transaction is committed.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from mock_server.stores.protocol import StoreUnavailableError
from mock_server.stores.sqlite.file import connect, told

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

_MOST_AT_ONCE = 256


@dataclass(slots=True)
class _Task:
    """Something to do, and who waits for what comes of it."""

    work: Work[Any]
    loop: asyncio.AbstractEventLoop
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
    """Does work in transactions, in the order in which it was handed in."""

    def __init__(self, path: Path, busy_s: float) -> None:
        """Write to a file that is prepared; wait so long for other processes."""
        self._path, self._busy_s = path, busy_s
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._thread: Thread | None = None

    async def do(self, work: Work[T]) -> T:
        """What ``work`` finds, once it is committed. What it raises concerns no other work.

        Raises:
            StoreUnavailableError: it could not be committed; nothing of it was.
        """
        if self._thread is None:
            self._thread = Thread(target=self._run, name="sqlite-writer", daemon=True)
            self._thread.start()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._tasks.put(_Task(work, loop, future))
        return await future

    def close(self) -> None:
        """Finish what was handed in."""
        if self._thread is not None:
            self._tasks.put(None)
            self._thread.join()

    def _run(self) -> None:
        connection: sqlite3.Connection | None = None
        while tasks := self._next():
            try:
                connection = connection or connect(self._path, self._busy_s)
                _commit(connection, tasks)
            except sqlite3.Error as error:
                for task in tasks:
                    task.error = StoreUnavailableError(f"the file {self._path}: {told(error)}")
                # The next one gets a new connection, whatever this one's state is.
                if connection is not None:
                    connection.close()
                    connection = None
            _tell(tasks)
        if connection is not None:
            connection.close()

    def _next(self) -> list[_Task]:
        """All that is to be done now; nothing at the end."""
        tasks: list[_Task] = []
        task = self._tasks.get()
        with suppress(Empty):
            while task is not None:
                tasks.append(task)
                if len(tasks) == _MOST_AT_ONCE:
                    return tasks
                task = self._tasks.get_nowait()
            # The end, which comes after this work.
            self._tasks.put(None)
        return tasks


def _commit(connection: sqlite3.Connection, tasks: list[_Task]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for task in tasks:
            try:
                task.found = task.work(connection)
            except sqlite3.Error:
                raise
            except Exception as error:  # noqa: BLE001 - raised where the work was handed in
                task.error = error
        connection.execute("COMMIT")
    except sqlite3.Error:
        # A full disk has ended the transaction by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _tell(tasks: list[_Task]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[_Task]] = {}
    for task in tasks:
        by_loop.setdefault(task.loop, []).append(task)
    for loop, done in by_loop.items():

        def tell(done: list[_Task] = done) -> None:
            for task in done:
                task.tell()

        # A loop that has ended has nobody left who waits.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(tell)
