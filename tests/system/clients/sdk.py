"""Both clients of the `openai` package behind one face; nothing of theirs is changed.

A test says what to do with the videos resource; the face awaits it where it must be awaited.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol, Self, TypeVar, cast

from openai import AsyncOpenAI, DefaultAsyncHttpxClient, DefaultHttpxClient, OpenAI
from openai.resources.videos import AsyncVideos, Videos
from openai.types import Video

T = TypeVar("T")
Use = Callable[[Videos | AsyncVideos], T | Awaitable[T]]


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as it left the client; ``retry`` counts how often it had left before."""

    method: str
    path: str
    retry: str | None
    polling: bool

    @classmethod
    def read(cls, request: Any) -> Self:
        """What matters of a request of the client's HTTP library."""
        retry = request.headers.get("x-stainless-retry-count")
        polling = request.headers.get("x-stainless-poll-helper") == "true"
        return cls(request.method, request.url.path, retry, polling)


class Sdk(Protocol):
    """An official client, blocking or not. ``sent`` lists what it sent since it was connected."""

    sent: list[Sent]

    def connected(self, url: str, key: str, *, strict: bool = False) -> "Sdk":
        """Itself, from now on talking to that server with that key; ``strict`` checks answers."""

    def __call__(self, use: Use[T]) -> T:
        """What ``use`` makes of the videos resource."""

    def listed(self, **query: Any) -> list[Video]:
        """Every job, by the client's own paging."""


class SyncSdk:
    """``openai.OpenAI``."""

    def __init__(self) -> None:
        """Open the connections that every client made here shares."""
        self.sent: list[Sent] = []
        self._http = DefaultHttpxClient(trust_env=False, event_hooks={"request": [self._note]})
        self._client = OpenAI(api_key="none yet", http_client=self._http)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def _note(self, request: Any) -> None:
        self.sent.append(Sent.read(request))

    def connected(self, url: str, key: str, *, strict: bool = False) -> Self:
        """Talk to that server with that key."""
        self._client = OpenAI(
            base_url=f"{url}/v1",
            api_key=key,
            http_client=self._http,
            _strict_response_validation=strict,
        )
        self.sent.clear()
        return self

    def __call__(self, use: Use[T]) -> T:
        """Call it."""
        return cast(T, use(self._client.videos))

    def listed(self, **query: Any) -> list[Video]:
        """Iterate over the first page, which fetches the others."""
        return list(self._client.videos.list(**query))


class AsyncSdk:
    """``openai.AsyncOpenAI`` on an event loop of its own."""

    def __init__(self) -> None:
        """Open the connections that every client made here shares."""
        self.sent: list[Sent] = []
        self._loop = asyncio.Runner()
        hooks = {"request": [self._note]}
        self._http = DefaultAsyncHttpxClient(trust_env=False, event_hooks=hooks)
        self._client = AsyncOpenAI(api_key="none yet", http_client=self._http)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.run(self._http.aclose())
        self._loop.close()

    async def _note(self, request: Any) -> None:
        self.sent.append(Sent.read(request))

    def connected(self, url: str, key: str, *, strict: bool = False) -> Self:
        """Talk to that server with that key."""
        self._client = AsyncOpenAI(
            base_url=f"{url}/v1",
            api_key=key,
            http_client=self._http,
            _strict_response_validation=strict,
        )
        self.sent.clear()
        return self

    def __call__(self, use: Use[T]) -> T:
        """Await it."""

        async def awaited() -> T:
            return await cast(Awaitable[T], use(self._client.videos))

        return self._loop.run(awaited())

    def listed(self, **query: Any) -> list[Video]:
        """Iterate over the first page, which fetches the others."""

        async def gathered() -> list[Video]:
            return [video async for video in self._client.videos.list(**query)]

        return self._loop.run(gathered())
