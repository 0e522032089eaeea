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


def open_store(
    address: str,
    retention: Retention = ALL,
    snapshot: Path | None = None,
    snapshot_every: float = 0,
) -> Store:
    """The store at an address: ``memory``, ``sqlite:///FILE`` or ``redis://HOST:PORT/DB``.

    What is in memory outlives the server in the file ``snapshot``, which is written at the end and
    every so many seconds.

    Raises:
        StoreError: no store answers to that address, or it cannot be used.
    """
    if address == MEMORY:
        if snapshot is None:
            return MemoryStore(retention)
        return SnapshotStore(snapshot, retention, every_s=snapshot_every)
    if address.startswith(_SQLITE):
        return _open_sqlite(address, retention)
    if address.startswith(_REDIS):
        return _open_redis(address, retention)
    # What was meant for a Redis may hold a password, and is not repeated.
    shown = f"{address.partition(':')[0]}:..." if "@" in address else address
    hint = " (a file has three slashes, four from the root)" if shown.startswith("sqlite:") else ""
    raise StoreError(f"--store {_shown(shown)}: no such store{hint}; use {_FORMS}")


def sqlite_path(address: str, where: str = "--store") -> Path:
    """The file of an address; ``where`` it was given.

    Raises:
        StoreError: it names none, or would silently name another than is meant.
    """
    name = address.removeprefix(_SQLITE)
    remedy = (
        f"name a file: {_SQLITE}jobs.db, or {_SQLITE}/var/lib/jobs.db with a path from the root"
    )
    if not address.startswith(_SQLITE):
        why = "no address of a file"
    elif not name or name.startswith(":") or name.endswith(("/", "\\")) or Path(name).is_dir():
        why = "that is no file"
    elif "?" in name:
        why = "a file has no options"
    elif not name.isprintable() or name != name.strip():
        why = "its name holds a control character, or a blank at an end"
    elif name.startswith("~"):
        why = "nobody replaces the ~; write the path out"
    else:
        return Path(name)
    raise StoreError(f"{where} {_shown(address)}: {why}; {remedy}")


def _shown(address: str) -> str:
    return address if address.isprintable() else repr(address)


def _open_sqlite(address: str, retention: Retention) -> Store:
    path = sqlite_path(address)
    # Imported here, so that other stores do not wait for it.
    from mock_server.stores.sqlite import SqliteStore

    return SqliteStore(path, retention)


def _open_redis(address: str, retention: Retention) -> Store:
    try:
        from mock_server.stores.redis import RedisStore
    except ModuleNotFoundError as error:
        if error.name != "redis":
            raise
        extra = "pip install 'video-gateway-mock[redis]'"
        raise StoreError(f"--store redis://: the client of Redis is missing: {extra}") from error
    return RedisStore(address, retention)
