"""Journals in the SQLite file; triggers keep count of their bytes."""

import sqlite3

from mock_server.journal.limits import JournalLimits

_NEXT = "SELECT coalesce(max(number), 0) + 1 FROM journal WHERE tenant = ?"
_ADD = "INSERT INTO journal VALUES (?, ?, ?)"
_OUTDATED = "DELETE FROM journal WHERE tenant = ? AND number <= ?"
_SIZE = "SELECT bytes FROM journal_sizes WHERE tenant = ?"
_LARGEST = "SELECT tenant, bytes FROM journal_sizes WHERE tenant != '' ORDER BY bytes DESC LIMIT 1"
_OLDEST = "SELECT number, length(entry) FROM journal WHERE tenant = ? ORDER BY number"
_ALL = ""


def note(connection: sqlite3.Connection, tenant: str, raw: bytes, limits: JournalLimits) -> None:
    """Add an entry under the next number, and drop what there is no room for."""
    (number,) = connection.execute(_NEXT, (tenant,)).fetchone()
    connection.execute(_ADD, (tenant, number, raw))
    connection.execute(_OUTDATED, (tenant, number - limits.entries))
    if _size(connection, tenant) > limits.size:
        _shrink(connection, tenant, limits.size)
    while _size(connection, _ALL) > limits.total:
        largest, size = connection.execute(_LARGEST).fetchone()
        # Halved, because to find the largest takes a look at each.
        if not _shrink(connection, largest, size // 2):
            return


def _size(connection: sqlite3.Connection, tenant: str) -> int:
    row = connection.execute(_SIZE, (tenant,)).fetchone()
    # A count that was damaged bounds nothing.
    return row[0] if row and isinstance(row[0], int) else 0


def _shrink(connection: sqlite3.Connection, tenant: str, most: int) -> bool:
    """Whether there was anything to drop; the newest entry stays."""
    surplus, last = _size(connection, tenant) - most, None
    rows = connection.execute(_OLDEST, (tenant,))
    (number, size) = rows.fetchone()
    while surplus > 0 and (following := rows.fetchone()):
        surplus, last = surplus - size, number
        number, size = following
    rows.close()
    if last is not None:
        connection.execute(_OUTDATED, (tenant, last))
    return last is not None
