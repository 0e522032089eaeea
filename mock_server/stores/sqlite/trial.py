"""Rows that are written only to see whether rows can be, and are gone with the same commit."""

import sqlite3

from mock_server.stores.protocol import SERVER

# No tenant's name.
_NOBODY = f"{SERVER}check"
# More than is free in the pages there are, mostly.
_LONG = bytes(4096)
_ROWS = {
    "jobs (tenant, id, ends_ms, job)": (_NOBODY, _NOBODY, 0, _LONG),
    "characters (tenant, id, character)": (_NOBODY, _NOBODY, b""),
    "worlds (tenant, facts)": (_NOBODY, b""),
    "journal (tenant, number, entry)": (_NOBODY, 1, b""),
    "deliveries (tenant, id, due_ms, endpoint, delivery)": (_NOBODY, _NOBODY, 0, _NOBODY, b""),
    "records (tenant, delivery)": (_NOBODY, b""),
}
_TABLES = ("counts", "journal_sizes", *(columns.partition(" ")[0] for columns in _ROWS))
# One row of each table, where there is any.
READ = " UNION ALL ".join(f"SELECT * FROM (SELECT 1 FROM {table} LIMIT 1)" for table in _TABLES)


def write(connection: sqlite3.Connection) -> None:
    """Write a row of each kind and remove it, within a transaction."""
    for columns, row in _ROWS.items():
        places = ", ".join("?" * len(row))
        connection.execute(f"INSERT INTO {columns} VALUES ({places})", row)
    for table in _TABLES:
        connection.execute(f"DELETE FROM {table} WHERE tenant = ?", (_NOBODY,))
