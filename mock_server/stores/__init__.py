"""Where the state shared by all requests is kept: in memory, in a SQLite file or in Redis.

``protocol`` says what a store does. To add one, implement ``protocol.Store``, open it in
``factory.open_store``, and run the suite of ``tests/mock_server/stores`` over it.
"""

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
