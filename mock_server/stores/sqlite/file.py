"""Opens connections to the SQLite file, explains its errors, and copies it.

With WAL mode and ``synchronous=NORMAL`` a commit survives the end of any process. A loss of power
may undo the newest commits (https://sqlite.org/pragma.html#pragma_synchronous), but never damages
the file.
"""

import sqlite3
from pathlib import Path

from mock_server.stores.protocol import StoreUnavailableError

# Selects the primary code of an extended SQLite error code.
_PRIMARY = 0xFF
_REASONS = {
    "SQLITE_BUSY": "another program has locked it; wait for it to finish, or use another file",
    "SQLITE_LOCKED": "another program has locked it; wait for it to finish, or use another file",
    "SQLITE_FULL": "the disk is full; make room, or use another disk",
    "SQLITE_NOTADB": "it is not a SQLite database; use another file",
    "SQLITE_CORRUPT": "it is damaged; restore a backup, or move it away to start empty",
    "SQLITE_CANTOPEN": "it cannot be opened; its folder must exist and be writable",
    "SQLITE_READONLY": "it is not writable; change its permissions, or use another file",
    "SQLITE_IOERR": "it cannot be read or written; check its disk",
}


def explain(error: sqlite3.Error) -> str:
    """What is wrong with the file and how to fix it."""
    name = getattr(error, "sqlite_errorname", None) or ""
    # SQLITE_IOERR_WRITE, for one, is a kind of SQLITE_IOERR.
    general = "_".join(name.split("_")[:2])
    return _REASONS.get(general, str(error))


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection has locked the file."""
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY == sqlite3.SQLITE_BUSY


def identity(path: Path) -> tuple[int, int]:
    """The device and inode of a file; raises StoreUnavailableError if there is none."""
    try:
        found = path.stat()
    except OSError as error:
        why = f"it is gone: {error.strerror}; put it back, or restart the server"
        raise StoreUnavailableError(f"the file {path}: {why}") from error
    return found.st_dev, found.st_ino


def require_same(path: Path, wanted: tuple[int, int]) -> None:
    """Check that a path still leads to the open file; raises StoreUnavailableError if not.

    A removed file can still be written, but is lost when the last process closes it.
    """
    if identity(path) != wanted:
        why = "another file has taken its place; put it back, or restart the server"
        raise StoreUnavailableError(f"the file {path}: {why}")


def connect(
    path: Path, busy_s: float, mode: str = "rw", *, checkpoints: bool = True
) -> sqlite3.Connection:
    """Connect to the file; raises sqlite3.Error.

    ``busy_s`` is how long a statement waits for other writers. With the ``mode`` ``rwc`` a missing
    file is created. Without ``checkpoints`` this connection never copies the write-ahead log into
    the file.
    """
    # One thread at a time uses it, but not always the one that opened it.
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=busy_s,
        isolation_level=None,
        check_same_thread=False,
    )
    # A damaged name must not prevent reading the others.
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -32768")
    if not checkpoints:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
    return connection
