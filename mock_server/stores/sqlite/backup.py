"""Copies the SQLite file while servers use it."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from mock_server.stores.protocol import StoreError
from mock_server.stores.sqlite.file import connect, explain
from mock_server.stores.sqlite.schema import require_own

# How long to wait for another process that has locked the file, in seconds.
_BUSY_S = 10.0


def back_up(source: Path, copy: Path) -> None:
    """Copy all committed data of ``source`` to a new file, whole or not at all.

    Raises:
        StoreError: ``source`` is not such a file, or ``copy`` cannot be created.
    """
    if not source.is_file():
        raise StoreError(f"{source}: no such file; check the name")
    if copy.exists() or copy.is_symlink():
        raise StoreError(f"{copy}: it exists already; remove it, or name another file")
    if not copy.parent.is_dir():
        raise StoreError(
            f"{copy}: the folder {copy.parent} does not exist; create it, or name another"
        )
    beside = copy.with_name(f"{copy.name}.{os.getpid()}")
    try:
        with closing(connect(source, _BUSY_S)) as connection:
            require_own(connection)
            connection.execute("VACUUM INTO ?", (str(beside),))
        # Unlike a rename this never replaces a file that was created meanwhile.
        os.link(beside, copy)
    except sqlite3.Error as error:
        raise StoreError(f"{source}: it cannot be copied to {copy}: {explain(error)}") from error
    except OSError as error:
        raise StoreError(f"{copy}: it cannot be created: {error.strerror}") from error
    finally:
        with suppress(OSError):
            beside.unlink()
