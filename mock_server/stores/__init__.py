"""Where jobs and characters are kept; every store speaks the protocol in ``protocol.py``."""

from mock_server.stores.memory import MemoryStore
from mock_server.stores.protocol import JobPage, Store

__all__ = ("JobPage", "MemoryStore", "Store", "StoreError", "open_store")


class StoreError(Exception):
    """A store that cannot be opened, with how to mend it."""


def open_store(address: str) -> Store:
    """The store at an address; ``memory`` is the only one yet.

    Raises:
        StoreError: no store answers to that address.
    """
    if address == "memory":
        return MemoryStore()
    raise StoreError(f"--store {address}: no such store; use 'memory'")
