"""The connection to Redis, which sends all waiting commands together.

The more requests there are at a time, the more commands share a round trip. No command waits longer
than ``_CALL_S``.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import redis
from redis.asyncio import Redis
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    NoPermissionError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
)
from redis.retry import Retry

from mock_server.stores.protocol import StoredStateError, StoreError, StoreUnavailableError
from mock_server.stores.redis.address import FORM, read_address
from mock_server.stores.redis.scripts import PREFIX, Script

# Time limits in seconds: to connect, for one reply, and for a batch of commands.
_CONNECT_S, _COMMAND_S, _CALL_S = 1.0, 2.0, 5.0
_MOST_AT_ONCE = 256
# Parts of the errors for a key that holds another type of value.
_OTHER_VALUES = ("WRONGTYPE", "is not an integer", "is not a valid float")


class RedisConnection:
    """Sends commands to one Redis server."""

    def __init__(self, address: str) -> None:
        """Check the address and that a writable Redis answers there; raises StoreError."""
        self._place = read_address(address).place
        try:
            with redis.Redis.from_url(
                address, socket_connect_timeout=_CONNECT_S, socket_timeout=_COMMAND_S
            ) as trial:
                trial.ping()
                _require_writable(trial)
        except AuthenticationError as error:
            why = f"{error}; write redis://USER:PASSWORD@HOST:PORT/DB"
            raise StoreError(f"--store: Redis at {self._place} refuses the login: {why}") from error
        except (ReadOnlyError, NoPermissionError) as error:
            why = f"{error}; name the primary and a user with write permission"
            raise StoreError(f"--store: Redis at {self._place} refuses writes: {why}") from error
        except (RedisError, OSError) as error:
            why = f"{error}; start one there, or correct the address"
            raise StoreError(f"--store: no Redis answers at {self._place}: {why}") from error
        except ValueError as error:
            raise StoreError(f"--store: Redis at {self._place}: {error}; {FORM}") from error
        self._redis: Any = Redis.from_url(
            address,
            socket_connect_timeout=_CONNECT_S,
            socket_timeout=_COMMAND_S,
            # One retry, because the connection may have ended while it was idle.
            retry=Retry(NoBackoff(), 1),
        )
        self._waiting: list[_Command] = []
        self._sending: asyncio.Task[None] | None = None

    async def do(self, *command: Any) -> Any:
        """Send a command and return the reply.

        Raises:
            StoreUnavailableError: the command failed or took too long.
            StoredStateError: the key holds another type of value.
        """
        loop = asyncio.get_running_loop()
        waiting = _Command(command, loop.create_future())
        self._waiting.append(waiting)
        if self._sending is None or self._sending.done():
            self._sending = loop.create_task(self._send())
        return await waiting.answer

    async def run(self, script: Script, keys: Sequence[str], *arguments: Any) -> Any:
        """Run a script and return its result; raises like ``do``."""
        call = (len(keys), *keys, *arguments)
        try:
            return await self.do("EVALSHA", script.digest, *call)
        except _UnknownScriptError:
            return await self.do("EVAL", script.text, *call)

    async def close(self) -> None:
        """Close the connection."""
        await self._redis.aclose()

    async def _send(self) -> None:
        """Send all waiting commands together, then those that came meanwhile."""
        while self._waiting:
            batch, self._waiting = self._waiting[:_MOST_AT_ONCE], self._waiting[_MOST_AT_ONCE:]
            try:
                answers = await self._exchange(batch)
            except (RedisError, OSError) as error:
                # Commands that came meanwhile would only wait as long for the same error.
                batch, self._waiting = [*batch, *self._waiting], []
                answers = [error] * len(batch)
            for command, answer in zip(batch, answers, strict=True):
                command.finish(answer, self._place)

    async def _exchange(self, batch: Sequence["_Command"]) -> list[Any]:
        async with asyncio.timeout(_CALL_S), self._redis.pipeline(transaction=False) as steps:
            for command in batch:
                steps.execute_command(*command.parts)
            answers: list[Any] = await steps.execute(raise_on_error=False)
            return answers


def _require_writable(trial: "redis.Redis") -> None:
    """Raise if this user may not write. A full Redis is accepted, because it may recover."""
    try:
        trial.set(f"{PREFIX}:checked", "", px=1)
    except OutOfMemoryError:
        return


@dataclass(frozen=True, slots=True)
class _Command:
    """A command, and the future of the caller waiting for its reply."""

    parts: tuple[Any, ...]
    answer: "asyncio.Future[Any]"

    def finish(self, answer: Any, place: str) -> None:
        """Hand the reply to the caller, unless it was cancelled."""
        if self.answer.done():
            return
        if not isinstance(answer, Exception):
            self.answer.set_result(answer)
            return
        why = f"Redis at {place}: {str(answer) or type(answer).__name__}"
        self.answer.set_exception(_kind(answer)(why))


def _kind(error: Exception) -> type[Exception]:
    if isinstance(error, NoScriptError):
        return _UnknownScriptError
    if any(text in str(error) for text in _OTHER_VALUES):
        return StoredStateError
    return StoreUnavailableError


class _UnknownScriptError(StoreUnavailableError):
    """Redis has not cached the script, for example after a restart."""
