"""Keeps everything in Redis or Valkey, which any number of machines can share."""

from mock_server.stores.redis.store import RedisStore

__all__ = ("RedisStore",)
