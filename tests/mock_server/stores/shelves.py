"""Stores with contents that a test can damage while no server notices, all in the same way."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import orjson
import redis

from benchmarks.redis_server import shared_redis
from mock_server.settings import Settings

# The bytes that are kept, to what is to be there instead.
Damage = Callable[[bytes], bytes]
_COLUMNS = {"world": ("worlds", "facts"), "job": ("jobs", "job"), "entry": ("journal", "entry")}


class Shelf(Protocol):
    """Where a server keeps everything."""

    @property
    def settings(self) -> Settings:
        """Those of a server that uses it."""

    def damage(self, kind: str, tenant: str, damage: Damage) -> None:
        """Damage the facts of one kind of a tenant's; no server runs."""

    def contents(self) -> Mapping[str, bytes]:
        """All that is kept; no server runs."""

    def put(self, contents: Mapping[str, bytes]) -> None:
        """Keep this and nothing else; no server runs."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A shelf that is a folder of files."""

    folder: Path

    def contents(self) -> Mapping[str, bytes]:
        """The files."""
        return {path.name: path.read_bytes() for path in self.folder.iterdir()}

    def put(self, contents: Mapping[str, bytes]) -> None:
        """Write the files into the folder, which is empty."""
        for name, content in contents.items():
            (self.folder / name).write_bytes(content)


@dataclass(frozen=True, slots=True)
class SqliteShelf(Folder):
    """A file."""

    @property
    def settings(self) -> Settings:
        """Those of a server that uses it."""
        return Settings(store=f"sqlite:///{self.folder}/jobs.db")

    def damage(self, kind: str, tenant: str, damage: Damage) -> None:
        """Change rows."""
        table, column = _COLUMNS[kind]
        with closing(sqlite3.connect(self.folder / "jobs.db")) as file, file:
            file.create_function("damaged", 1, damage)
            change = f"UPDATE {table} SET {column} = damaged({column}) WHERE tenant = ?"
            assert file.execute(change, (tenant,)).rowcount


@dataclass(frozen=True, slots=True)
class RedisShelf:
    """A Redis that was emptied."""

    address: str = field(default_factory=lambda: shared_redis().address)

    def __post_init__(self) -> None:
        with redis.Redis.from_url(self.address) as client:
            client.flushall()

    @property
    def settings(self) -> Settings:
        """Those of a server that uses it."""
        return Settings(store=self.address)

    def damage(self, kind: str, tenant: str, damage: Damage) -> None:
        """Change values."""
        prefix = f"video-gateway-mock:{tenant}"
        with redis.Redis.from_url(self.address) as it:
            client: Any = it
            if kind == "world":
                client.set(f"{prefix}:world", damage(client.get(f"{prefix}:world")))
            elif kind == "entry":
                client.lset(f"{prefix}:journal", 0, damage(client.lindex(f"{prefix}:journal", 0)))
            else:
                kept = client.hgetall(f"{prefix}:jobs")
                client.hset(f"{prefix}:jobs", mapping={k: damage(v) for k, v in kept.items()})

    def contents(self) -> Mapping[str, bytes]:
        """The values, as Redis writes them to its own files."""
        with redis.Redis.from_url(self.address) as it:
            client: Any = it
            return {key.decode(): client.dump(key) for key in client.scan_iter()}

    def put(self, contents: Mapping[str, bytes]) -> None:
        """Restore the values, without an end of their time."""
        with redis.Redis.from_url(self.address) as client:
            for key, value in contents.items():
                client.restore(key, 0, value)


@dataclass(frozen=True, slots=True)
class SnapshotShelf(Folder):
    """A snapshot of what is in memory."""

    @property
    def settings(self) -> Settings:
        """Those of a server that uses it."""
        return Settings(snapshot=self.folder / "state.json")

    def damage(self, kind: str, tenant: str, damage: Damage) -> None:
        """Change lines; invalid JSON is written as text."""
        path = self.folder / "state.json"
        lines = [orjson.loads(line) for line in path.read_bytes().splitlines()]
        meant = [line for line in lines if line[:2] == [kind, tenant]]
        assert meant
        for line in meant:
            raw = damage(orjson.dumps(line[2]))
            try:
                line[2] = orjson.loads(raw)
            except ValueError:
                line[2] = raw.decode("latin-1")
        path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
