"""A store in memory that is kept in a file: written every so often and at the end."""

from mock_server.stores.snapshot.store import SnapshotStore

__all__ = ("SnapshotStore",)
