"""The store in a SQLite file, which the processes of one machine can share."""

from mock_server.stores.sqlite.store import SqliteStore

__all__ = ("SqliteStore",)
