"""A studio for each test, on the clock of its fake gateway: it never really waits."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types import Video

from studio import AsyncStudio, Order, Studio
from video_gateway_mock import Gateway

ORDER = Order("A calico cat playing a piano on stage")


@pytest.fixture
def models() -> tuple[str, ...]:
    """What is tried, in order; a test that is about models names others."""
    return ("sora-2-pro", "sora-2")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where a film is to be kept."""
    return tmp_path / "cat.mp4"


@pytest.fixture
def studio(video_gateway: Gateway, models: tuple[str, ...]) -> Iterator[Studio]:
    """The client needs no address: the fixture has set the SDK's environment variables."""
    with OpenAI() as client:
        yield Studio(client, models, clock=video_gateway.clock, piece=16 * 1024)


@pytest.fixture
async def async_studio(
    video_gateway: Gateway, models: tuple[str, ...]
) -> AsyncIterator[AsyncStudio]:
    """The same over the asynchronous client."""
    clock = video_gateway.clock

    async def sleep(seconds: float) -> None:
        await asyncio.to_thread(clock.sleep, seconds)

    async with AsyncOpenAI() as client:
        yield AsyncStudio(client, models, monotonic=clock.monotonic, sleep=sleep)


@pytest.fixture
def film(studio: Studio, target: Path) -> Callable[[], Video]:
    """Order one film and keep it."""
    return partial(studio.film, ORDER, target)


@pytest.fixture
def async_film(async_studio: AsyncStudio, target: Path) -> Callable[[], Awaitable[Video]]:
    """The same over the asynchronous client."""
    return partial(async_studio.film, ORDER, target)


@pytest.fixture
def anyio_backend() -> str:
    """Asynchronous tests run under anyio's own plugin, which comes with the SDK."""
    return "asyncio"
