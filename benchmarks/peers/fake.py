"""The fake itself: one process with its store in memory, and two processes that share a store."""

import sys
from collections.abc import Callable, Sequence

from benchmarks.peers.peer import Peer, Place
from benchmarks.redis_server import running_redis

_SHARED = ("--workers", "2", "--store")


def _command(place: Place, *options: str) -> Sequence[str]:
    return sys.executable, "-m", "mock_server", "--port", str(place.port), *options


def _on_sqlite(place: Place) -> Sequence[str]:
    return _command(place, *_SHARED, f"sqlite:///{place.folder / 'jobs.db'}")


def _on_redis(place: Place) -> Sequence[str]:
    redis = place.until_it_ends.enter_context(running_redis())
    return _command(place, *_SHARED, redis.address)


def _fake(
    name: str, title: str, setting: str, command: Callable[[Place], Sequence[str]], **more: str
) -> Peer:
    return Peer(name=name, title=title, setting=setting, command=command, needs=more, keeps=True)


FAKE = _fake("fake", "this fake", "`gateway-mock`", _command)
FAKE_ON_SQLITE = _fake(
    "fake-sqlite",
    "this fake, 2 workers on SQLite",
    "`gateway-mock --workers 2 --store sqlite:///...`",
    _on_sqlite,
)
FAKE_ON_REDIS = _fake(
    "fake-redis",
    "this fake, 2 workers on Redis",
    "`gateway-mock --workers 2 --store redis://...`",
    _on_redis,
    **{"redis-server": "redis-server"},
)
