"""Opens the store that an address names."""

from pathlib import Path

from mock_server.domain.retention import ALL, Retention
from mock_server.stores.memory import MemoryStore
from mock_server.stores.protocol import Store, StoreError
from mock_server.stores.snapshot import SnapshotStore

MEMORY = "memory"
_SQLITE = "sqlite:///"
_REDIS = ("redis://", "rediss://")
_FORMS = f"'{MEMORY}', '{_SQLITE}FILE' or 'redis://HOST:PORT/DB'"


def open_store(address: str, retention: Retention = ALL, snapshot: Path | None = None) -> Store:
    """The store at an address: ``memory``, ``sqlite:///FILE`` or ``redis://HOST:PORT/DB``.

    What is in memory outlives the server in the file ``snapshot``.

    Raises:
        StoreError: no store answers to that address, or it cannot be used.
    """
    if address == MEMORY:
        return MemoryStore(retention) if snapshot is None else SnapshotStore(snapshot, retention)
    if address.startswith(_SQLITE):
        return _open_sqlite(address, retention)
    if address.startswith(_REDIS):
        return _open_redis(address, retention)
    raise StoreError(f"--store {address}: no such store; use {_FORMS}")


def _open_sqlite(address: str, retention: Retention) -> Store:
    # Imported here, so that other stores do not wait for it.
    from mock_server.stores.sqlite import SqliteStore

    name = address.removeprefix(_SQLITE)
    if not name or name.startswith(":") or Path(name).is_dir():
        raise StoreError(
            f"--store {address}: name a file: {_SQLITE}jobs.db, or {_SQLITE}/var/lib/jobs.db with "
            "a path from the root"
        )
    return SqliteStore(Path(name), retention)


def _open_redis(address: str, retention: Retention) -> Store:
    try:
        from mock_server.stores.redis import RedisStore
    except ModuleNotFoundError as error:
        if error.name != "redis":
            raise
        extra = "pip install 'video-gateway-mock[redis]'"
        raise StoreError(f"--store redis://: the client of Redis is missing: {extra}") from error
    return RedisStore(address, retention)
