"""Opens the file: what stands in it, how it is written, and what can be wrong with it.

In WAL mode with ``synchronous=NORMAL`` a commit is in the hands of the operating system: it
survives the end of any process, but a loss of power may take the newest commits
(https://sqlite.org/pragma.html#pragma_synchronous). The file stays whole either way.
"""

import sqlite3
from pathlib import Path

from mock_server.stores.protocol import StoreError, StoreUnavailableError

# "vgmk": tells this program's files from others'.
_APPLICATION = 0x76676D6B
# The byte of an error code that says its kind; the rest says which of the kind.
_PRIMARY = 0xFF
_FIRST, _SECOND, _VERSION = 1, 2, 3
# Bytes.
_PAGE = 1024
_SCHEMA = """
CREATE TABLE jobs (
    number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, id TEXT NOT NULL, ends_ms INTEGER,
    job BLOB NOT NULL
);
CREATE UNIQUE INDEX jobs_by_id ON jobs (tenant, id);
CREATE INDEX jobs_by_number ON jobs (tenant, number);
CREATE INDEX jobs_by_end ON jobs (tenant, ends_ms);
CREATE TABLE counts (tenant TEXT PRIMARY KEY, jobs INTEGER NOT NULL) WITHOUT ROWID;
CREATE TRIGGER job_added AFTER INSERT ON jobs BEGIN
    INSERT INTO counts VALUES (new.tenant, 1) ON CONFLICT DO UPDATE SET jobs = jobs + 1;
END;
CREATE TRIGGER job_removed AFTER DELETE ON jobs BEGIN
    UPDATE counts SET jobs = jobs - 1 WHERE tenant = old.tenant;
END;
CREATE TABLE characters (
    tenant TEXT, id TEXT, character BLOB NOT NULL, PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE TABLE worlds (tenant TEXT PRIMARY KEY, facts BLOB NOT NULL);
CREATE TABLE journal (
    tenant TEXT, number INTEGER, entry BLOB NOT NULL, PRIMARY KEY (tenant, number)
) WITHOUT ROWID;
"""
# What files of the first version lack.
_SINCE_FIRST = """
CREATE TABLE deliveries (
    tenant TEXT, id TEXT, due_ms INTEGER NOT NULL, claimed_ms INTEGER NOT NULL DEFAULT 0,
    endpoint TEXT NOT NULL, delivery BLOB NOT NULL, PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX deliveries_by_due ON deliveries (tenant, due_ms);
CREATE TABLE records (
    number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, delivery BLOB NOT NULL
);
CREATE INDEX records_by_number ON records (tenant, number);
"""
# What files of the second version lack: how many bytes each journal takes, and all under no name.
_SINCE_SECOND = """
CREATE TABLE journal_sizes (tenant TEXT PRIMARY KEY, bytes INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO journal_sizes SELECT tenant, sum(length(entry)) FROM journal GROUP BY tenant;
INSERT INTO journal_sizes SELECT '', coalesce(sum(bytes), 0) FROM journal_sizes;
CREATE TRIGGER entry_added AFTER INSERT ON journal BEGIN
    INSERT INTO journal_sizes VALUES (new.tenant, length(new.entry))
        ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes;
    UPDATE journal_sizes SET bytes = bytes + length(new.entry) WHERE tenant = '';
END;
CREATE TRIGGER entry_removed AFTER DELETE ON journal BEGIN
    UPDATE journal_sizes SET bytes = bytes - length(old.entry) WHERE tenant IN (old.tenant, '');
    DELETE FROM journal_sizes WHERE tenant = old.tenant AND bytes <= 0 AND tenant != '';
END;
"""
_REASONS = {
    "SQLITE_BUSY": "another program has locked it; wait for that to end, or use another file",
    "SQLITE_LOCKED": "another program has locked it; wait for that to end, or use another file",
    "SQLITE_FULL": "there is no room left for it; make room, or use another disk",
    "SQLITE_NOTADB": "it is no SQLite database; use another file",
    "SQLITE_CORRUPT": "it is damaged; restore a copy, or move it away to begin anew",
    "SQLITE_CANTOPEN": "it cannot be opened; its folder must be there and be yours to write in",
    "SQLITE_READONLY": "it may not be written; change its permissions, or use another file",
    "SQLITE_IOERR": "it cannot be read or written; look after the disk it is on",
}


def told(error: sqlite3.Error) -> str:
    """What is wrong with the file, and how to mend it."""
    name = getattr(error, "sqlite_errorname", None) or ""
    # SQLITE_IOERR_WRITE and its like are kinds of SQLITE_IOERR.
    general = "_".join(name.split("_")[:2])
    return _REASONS.get(general, str(error))


def is_busy(error: sqlite3.Error) -> bool:
    """Whether somebody else has the file for now."""
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY == sqlite3.SQLITE_BUSY


def identity(path: Path) -> tuple[int, int]:
    """What tells a file from others, whatever it is called.

    Raises:
        StoreUnavailableError: there is none.
    """
    try:
        found = path.stat()
    except OSError as error:
        why = f"it is no longer there: {error.strerror}; put it back, or start the server anew"
        raise StoreUnavailableError(f"the file {path}: {why}") from error
    return found.st_dev, found.st_ino


def require_same(path: Path, wanted: tuple[int, int]) -> None:
    """Hold a path to leading to the file that is open.

    A file that was removed can still be written, and is gone with the last process that has it.

    Raises:
        StoreUnavailableError: it leads to another, or to none.
    """
    if identity(path) != wanted:
        why = "another one has taken its place; put it back, or start the server anew"
        raise StoreUnavailableError(f"the file {path}: {why}")


def connect(
    path: Path, busy_s: float, mode: str = "rw", *, checkpoints: bool = True
) -> sqlite3.Connection:
    """A connection that waits so many seconds for others to finish writing.

    ``mode`` is SQLite's: only with ``rwc`` the file is made where there is none. Without
    ``checkpoints`` somebody else moves what is committed into the file itself.

    Raises:
        sqlite3.Error: there is none.
    """
    # Used by one thread at a time, though not always by the one that made it.
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=busy_s,
        isolation_level=None,
        check_same_thread=False,
    )
    # A damaged name is no reason not to read the others.
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -32768")
    if not checkpoints:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
    return connection


def prepare(path: Path, busy_s: float) -> None:
    """Make the file, or hold one that is there to being this program's.

    Raises:
        StoreError: it cannot be used.
    """
    try:
        connection = connect(path, busy_s, "rwc")
        try:
            _prepare(connection)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise StoreError(f"--store: the file {path} cannot be used: {told(error)}") from error
    except _OthersError as error:
        raise StoreError(f"--store: the file {path} cannot be used: {error}") from error


def require_own(connection: sqlite3.Connection) -> None:
    """Hold a file that is there to being this version's.

    Raises:
        StoreError: another program, or another version, made it.
    """
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != _APPLICATION:
        raise StoreError("it is the database of another program; name another file")
    if version not in (_FIRST, _VERSION):
        raise StoreError("another version of this program made it; use that one")


class _OthersError(Exception):
    """A database that this program did not make."""


def _prepare(connection: sqlite3.Connection) -> None:
    # Of a new file. A commit writes each page that it touches, and ids fall on pages at random.
    connection.execute(f"PRAGMA page_size = {_PAGE}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if not tables:
            _make(connection, _SCHEMA, _FIRST)
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if application != _APPLICATION:
            raise _OthersError("it is the database of another program; use another file")
        if version == _FIRST:
            _make(connection, _SINCE_FIRST, _SECOND)
        if version in (_FIRST, _SECOND):
            _make(connection, _SINCE_SECOND, _VERSION)
        elif version != _VERSION:
            raise _OthersError("another version of this program made it; use another file")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _make(connection: sqlite3.Connection, schema: str, version: int) -> None:
    for statement in _statements(schema):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {version}")


def _statements(schema: str) -> list[str]:
    """The schema's statements; a trigger holds a semicolon of its own."""
    found, part = [], ""
    for line in schema.splitlines(keepends=True):
        part += line
        if sqlite3.complete_statement(part):
            found.append(part)
            part = ""
    return found
