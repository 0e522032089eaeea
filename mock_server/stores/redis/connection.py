"""The way to Redis: one connection, on which all commands that wait are sent together.

How many requests there are at a time decides how many commands go out at once, so that more of them
cost less each. Nothing waits for longer than a call may take.
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
from mock_server.stores.redis.keys import PREFIX
from mock_server.stores.redis.scripts import Script

# Seconds: to connect, for Redis to say anything, and for all that is sent at once.
_CONNECT_S, _COMMAND_S, _CALL_S = 1.0, 2.0, 5.0
_MOST_AT_ONCE = 256
# What Redis says where somebody has put something else under a key.
_OTHER_VALUES = ("WRONGTYPE", "is not an integer", "is not a valid float")


class RedisConnection:
    """Sends commands to one Redis."""

    def __init__(self, address: str) -> None:
        """Hold the address to being one, and somebody to answering there.

        Raises:
            StoreError: nobody does.
        """
        self._place = read_address(address).place
        try:
            with redis.Redis.from_url(
                address, socket_connect_timeout=_CONNECT_S, socket_timeout=_COMMAND_S
            ) as trial:
                trial.ping()
                _require_writable(trial)
        except AuthenticationError as error:
            why = f"{error}; write redis://USER:PASSWORD@HOST:PORT/DB"
            raise StoreError(f"--store: Redis at {self._place} lets nobody in so: {why}") from error
        except (ReadOnlyError, NoPermissionError) as error:
            why = f"{error}; name the primary, and a user who may write"
            raise StoreError(f"--store: Redis at {self._place} takes no writes: {why}") from error
        except (RedisError, OSError) as error:
            why = f"{error}; start one there, or correct the address"
            raise StoreError(f"--store: no Redis works at {self._place}: {why}") from error
        except ValueError as error:
            raise StoreError(f"--store: Redis at {self._place}: {error}; {FORM}") from error
        self._redis: Any = Redis.from_url(
            address,
            socket_connect_timeout=_CONNECT_S,
            socket_timeout=_COMMAND_S,
            # Once more, since the connection may have ended while nobody used it.
            retry=Retry(NoBackoff(), 1),
        )
        self._waiting: list[_Command] = []
        self._sending: asyncio.Task[None] | None = None

    async def do(self, *command: Any) -> Any:
        """What Redis answers to a command.

        Raises:
            StoreUnavailableError: it did not do it, or not in time.
            StoredStateError: something else is kept there.
        """
        loop = asyncio.get_running_loop()
        waiting = _Command(command, loop.create_future())
        self._waiting.append(waiting)
        if self._sending is None or self._sending.done():
            self._sending = loop.create_task(self._send())
        return await waiting.answer

    async def run(self, script: Script, keys: Sequence[str], *arguments: Any) -> Any:
        """What a script finds.

        Raises:
            StoreUnavailableError: Redis did not run it, or not in time.
        """
        call = (len(keys), *keys, *arguments)
        try:
            return await self.do("EVALSHA", script.digest, *call)
        except _UnknownScriptError:
            return await self.do("EVAL", script.text, *call)

    async def close(self) -> None:
        """End the connection."""
        await self._redis.aclose()

    async def _send(self) -> None:
        """Send all that waits at once, and whatever came meanwhile next."""
        while self._waiting:
            batch, self._waiting = self._waiting[:_MOST_AT_ONCE], self._waiting[_MOST_AT_ONCE:]
            try:
                answers = await self._exchange(batch)
            except (RedisError, OSError) as error:
                # Whoever came meanwhile would only wait as long for the same.
                batch, self._waiting = [*batch, *self._waiting], []
                answers = [error] * len(batch)
            for command, answer in zip(batch, answers, strict=True):
                command.tell(answer, self._place)

    async def _exchange(self, batch: Sequence["_Command"]) -> list[Any]:
        async with asyncio.timeout(_CALL_S), self._redis.pipeline(transaction=False) as steps:
            for command in batch:
                steps.execute_command(*command.words)
            answers: list[Any] = await steps.execute(raise_on_error=False)
            return answers


def _require_writable(trial: "redis.Redis") -> None:
    """Hold Redis to taking writes from this user; one that is full for now may be served later."""
    try:
        trial.set(f"{PREFIX}:checked", "", px=1)
    except OutOfMemoryError:
        return


@dataclass(frozen=True, slots=True)
class _Command:
    """A command, and who waits for its answer."""

    words: tuple[Any, ...]
    answer: "asyncio.Future[Any]"

    def tell(self, answer: Any, place: str) -> None:
        """Hand on what came of it, if anybody still waits."""
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
    if any(said in str(error) for said in _OTHER_VALUES):
        return StoredStateError
    return StoreUnavailableError


class _UnknownScriptError(StoreUnavailableError):
    """Redis was started anew, or never saw the script."""
