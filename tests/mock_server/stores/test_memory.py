"""The store in memory does what every store does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from mock_server.domain.retention import ALL, Retention
from mock_server.stores import MemoryStore, Store, StoreError, open_store
from tests.mock_server.stores.retention_suite import retention_suite_for
from tests.mock_server.stores.store_suite import suite_for


@asynccontextmanager
async def memory(retention: Retention = ALL) -> AsyncIterator[Store]:
    """An empty store in memory."""
    yield open_store("memory", retention)


TestMemoryStore = suite_for(memory)
TestMemoryRetention = retention_suite_for(memory)


def test_memory_is_a_store_by_name() -> None:
    """The default address opens a store in memory, a new one each time."""
    one, other = open_store("memory"), open_store("memory")

    assert isinstance(one, MemoryStore)
    assert one is not other


@pytest.mark.parametrize(
    "address", ["", "Memory", "postgres://localhost", "memory://", "sqlite:jobs.db"]
)
def test_another_address_is_refused_with_the_way_out(address: str) -> None:
    """An address that no store answers to is named, and so is one that works."""
    with pytest.raises(StoreError, match=f"--store {address}.*use .*'memory'"):
        open_store(address)
