"""The tables of the SQLite file: how they are created, upgraded and tried out."""

import sqlite3
from pathlib import Path

from mock_server.stores.protocol import SERVER, StoreError
from mock_server.stores.sqlite.file import connect, explain

# "vgmk" marks the files of this program.
_APPLICATION = 0x76676D6B
_FIRST, _SECOND, _THIRD, _FOURTH, _VERSION = 1, 2, 3, 4, 5
_PAGE_BYTES = 1024
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
# Added by the second version.
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
# Added by the third version: the bytes of each journal, and of all under an empty name.
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
# Added by the fourth version: what jobs cost, what those have cost that were removed, and the jobs
# of requests with a mark.
_SINCE_THIRD = """
ALTER TABLE jobs ADD COLUMN price INTEGER;
ALTER TABLE jobs ADD COLUMN waiting INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;
CREATE TABLE removed_jobs (
    tenant TEXT PRIMARY KEY, jobs INTEGER NOT NULL, unpriced INTEGER NOT NULL,
    charged INTEGER NOT NULL, refunded INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE onces (
    tenant TEXT, mark TEXT, until_ms INTEGER NOT NULL, job BLOB NOT NULL,
    PRIMARY KEY (tenant, mark)
) WITHOUT ROWID;
CREATE INDEX onces_by_end ON onces (tenant, until_ms);
"""
# Added by the fifth version: the newest removed jobs, for the bill.
_SINCE_FOURTH = """
CREATE TABLE removed_entries (
    number INTEGER PRIMARY KEY, tenant TEXT NOT NULL, removed_ms INTEGER NOT NULL, job BLOB NOT NULL
);
CREATE INDEX removed_entries_by_number ON removed_entries (tenant, number);
"""
_UPGRADES = (
    (_SINCE_FIRST, _SECOND),
    (_SINCE_SECOND, _THIRD),
    (_SINCE_THIRD, _FOURTH),
    (_SINCE_FOURTH, _VERSION),
)
# Not the name of any tenant.
_NOBODY = f"{SERVER}check"
# More than the existing pages usually have free.
_LONG = bytes(4096)
# Rows that are only written to find out whether the file is writable.
_TRIAL_ROWS = {
    "jobs (tenant, id, ends_ms, job)": (_NOBODY, _NOBODY, 0, _LONG),
    "characters (tenant, id, character)": (_NOBODY, _NOBODY, b""),
    "worlds (tenant, facts)": (_NOBODY, b""),
    "journal (tenant, number, entry)": (_NOBODY, 1, b""),
    "deliveries (tenant, id, due_ms, endpoint, delivery)": (_NOBODY, _NOBODY, 0, _NOBODY, b""),
    "records (tenant, delivery)": (_NOBODY, b""),
    "onces (tenant, mark, until_ms, job)": (_NOBODY, _NOBODY, 0, b""),
    "removed_jobs (tenant, jobs, unpriced, charged, refunded)": (_NOBODY, 0, 0, 0, 0),
    "removed_entries (tenant, removed_ms, job)": (_NOBODY, 0, b""),
}
_TRIAL_TABLES = ("counts", "journal_sizes", *(columns.partition(" ")[0] for columns in _TRIAL_ROWS))
# Reads up to one row of each table.
READ_TRIAL = " UNION ALL ".join(
    f"SELECT * FROM (SELECT 1 FROM {table} LIMIT 1)" for table in _TRIAL_TABLES
)


def prepare(path: Path, busy_s: float) -> None:
    """Create the file or upgrade an existing one; raises StoreError if it cannot be used."""
    try:
        connection = connect(path, busy_s, "rwc")
        try:
            _prepare(connection)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise StoreError(f"--store: the file {path} cannot be used: {explain(error)}") from error
    except _ForeignFileError as error:
        raise StoreError(f"--store: the file {path} cannot be used: {error}") from error


def require_own(connection: sqlite3.Connection) -> None:
    """Raise StoreError if another program or an unknown version of this one wrote the file."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != _APPLICATION:
        raise StoreError("it is the database of another program; name another file")
    if not _FIRST <= version <= _VERSION:
        raise StoreError("another version of this program wrote it; use that version")


class _ForeignFileError(Exception):
    """The file belongs to another program or version."""


def _prepare(connection: sqlite3.Connection) -> None:
    # Only affects a new file. A commit writes whole pages, and random ids touch many of them.
    connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
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
            raise _ForeignFileError("it is the database of another program; use another file")
        if not _FIRST <= version <= _VERSION:
            raise _ForeignFileError("another version of this program wrote it; use another file")
        for schema, made in _UPGRADES[version - 1 :]:
            _make(connection, schema, made)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _make(connection: sqlite3.Connection, schema: str, version: int) -> None:
    for statement in _statements(schema):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {version}")


def _statements(schema: str) -> list[str]:
    """Split the schema into statements; a trigger contains semicolons itself."""
    found, part = [], ""
    for line in schema.splitlines(keepends=True):
        part += line
        if sqlite3.complete_statement(part):
            found.append(part)
            part = ""
    return found


def write_trial(connection: sqlite3.Connection) -> None:
    """Write a row to each table and remove it again, within a transaction."""
    for columns, row in _TRIAL_ROWS.items():
        places = ", ".join("?" * len(row))
        connection.execute(f"INSERT INTO {columns} VALUES ({places})", row)
    for table in _TRIAL_TABLES:
        connection.execute(f"DELETE FROM {table} WHERE tenant = ?", (_NOBODY,))
