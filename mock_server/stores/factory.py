"""Opens the store at an address."""

from pathlib import Path

from mock_server.domain.retention import ALL, Retention
from mock_server.stores.memory import MemoryStore, SnapshotStore
from mock_server.stores.protocol import Store, StoreError

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
    """Open the store at ``memory``, ``sqlite:///FILE`` or ``redis://HOST:PORT/DB``.

    The store in memory can be read from and written to the file ``snapshot``: on closing, and every
    ``snapshot_every`` seconds unless that is 0.

    Raises:
        StoreError: the address is invalid, or the store cannot be used.
    """
    if address == MEMORY:
        if snapshot is None:
            return MemoryStore(retention)
        return SnapshotStore(snapshot, retention, every_s=snapshot_every)
    if address.startswith(_SQLITE):
        return _open_sqlite(address, retention)
    if address.startswith(_REDIS):
        return _open_redis(address, retention)
    # A mistyped Redis address may contain a password, which is not repeated.
    shown = f"{address.partition(':')[0]}:..." if "@" in address else address
    hint = " (a file has three slashes, four from the root)" if shown.startswith("sqlite:") else ""
    raise StoreError(f"--store {_shown(shown)}: no such store{hint}; use {_FORMS}")


def sqlite_path(address: str, where: str = "--store") -> Path:
    """The file of a ``sqlite:///`` address; ``where`` names the option in errors.

    Raises:
        StoreError: the address names no file, or probably another one than is meant.
    """
    name = address.removeprefix(_SQLITE)
    remedy = (
        f"name a file: {_SQLITE}jobs.db, or {_SQLITE}/var/lib/jobs.db with a path from the root"
    )
    if not address.startswith(_SQLITE):
        why = "not the address of a file"
    elif not name or name.startswith(":") or name.endswith(("/", "\\")) or Path(name).is_dir():
        why = "it does not name a file"
    elif "?" in name:
        why = "it has options, which are not supported"
    elif not name.isprintable() or name != name.strip():
        why = "the name contains a control character, or a space at an end"
    elif name.startswith("~"):
        why = "~ is not expanded; write the path out"
    else:
        return Path(name)
    raise StoreError(f"{where} {_shown(address)}: {why}; {remedy}")


def _shown(address: str) -> str:
    return address if address.isprintable() else repr(address)


def _open_sqlite(address: str, retention: Retention) -> Store:
    path = sqlite_path(address)
    # Imported here so that other stores start faster.
    from mock_server.stores.sqlite import SqliteStore

    return SqliteStore(path, retention)


def _open_redis(address: str, retention: Retention) -> Store:
    try:
        from mock_server.stores.redis import RedisStore
    except ModuleNotFoundError as error:
        if error.name != "redis":
            raise
        extra = "pip install 'video-gateway-mock[redis]'"
        raise StoreError(f"--store redis://: the Redis client is not installed: {extra}") from error
    return RedisStore(address, retention)
