"""Reads where they are asked for, unless the file is busy."""

import sqlite3
from pathlib import Path
from typing import Any, TypeVar

from mock_server.stores.protocol import StoreUnavailableError
from mock_server.stores.sqlite.file import connect, is_busy, told
from mock_server.stores.sqlite.writer import Work, Writer

T = TypeVar("T")


class Reader:
    """A connection to read by. A read that would wait is left to the writer, which may."""

    def __init__(self, path: Path, writer: Writer) -> None:
        """Read a file that is prepared."""
        self._path = path
        self._connection = connect(path, 0)
        self._writer = writer

    async def one(self, query: str, *values: Any) -> tuple[Any, ...] | None:
        """The first row that is found.

        Raises:
            StoreUnavailableError: the file cannot be read.
        """
        rows = await self.all(query, *values)
        return rows[0] if rows else None

    async def all(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows that are found.

        Raises:
            StoreUnavailableError: the file cannot be read.
        """

        def work(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
            return connection.execute(query, values).fetchall()

        return await self._read(work)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    async def _read(self, work: Work[T]) -> T:
        try:
            return work(self._connection)
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise StoreUnavailableError(f"the file {self._path}: {told(error)}") from error
        except sqlite3.Error as error:
            raise StoreUnavailableError(f"the file {self._path}: {told(error)}") from error
        return await self._writer.do(work)
