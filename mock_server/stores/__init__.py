"""Where everything is kept that requests share; every store speaks the protocol."""

from mock_server.stores.factory import open_store
from mock_server.stores.memory import MemoryStore
from mock_server.stores.protocol import (
    JobPage,
    Store,
    StoredStateError,
    StoreError,
    StoreUnavailableError,
)

__all__ = (
    "JobPage",
    "MemoryStore",
    "Store",
    "StoreError",
    "StoreUnavailableError",
    "StoredStateError",
    "open_store",
)
