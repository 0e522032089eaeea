"""Copies the file of a store while servers use it."""

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from mock_server.stores.protocol import StoreError
from mock_server.stores.sqlite.file import connect, require_own, told

# Seconds that others may keep the file for themselves.
_BUSY_S = 10.0


def back_up(source: Path, copy: Path) -> None:
    """Write all that is committed in ``source`` to a new file, whole or not at all.

    Raises:
        StoreError: there is no such store, or the copy cannot be made.
    """
    if not source.is_file():
        raise StoreError(f"{source}: there is no such file; check the name")
    if copy.exists() or copy.is_symlink():
        raise StoreError(f"{copy}: it is there already; remove it, or name another file")
    if not copy.parent.is_dir():
        raise StoreError(f"{copy}: there is no folder {copy.parent}; make it, or name another")
    beside = copy.with_name(f"{copy.name}.{os.getpid()}")
    try:
        with closing(connect(source, _BUSY_S)) as connection:
            require_own(connection)
            connection.execute("VACUUM INTO ?", (str(beside),))
        # Whoever made a file of that name meanwhile keeps it.
        os.link(beside, copy)
    except sqlite3.Error as error:
        raise StoreError(f"{source}: it cannot be copied to {copy}: {told(error)}") from error
    except OSError as error:
        raise StoreError(f"{copy}: it cannot be made: {error.strerror}") from error
    finally:
        with suppress(OSError):
            beside.unlink()
