"""The store in Redis, which processes on several machines can share."""

from mock_server.stores.redis.store import RedisStore

__all__ = ("RedisStore",)
