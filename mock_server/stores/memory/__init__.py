"""The store in memory, and the one that also writes its state to a snapshot file."""

from mock_server.stores.memory.snapshot import SnapshotStore
from mock_server.stores.memory.store import MemoryStore

__all__ = ("MemoryStore", "SnapshotStore")
