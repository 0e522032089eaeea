"""A running fake, an API key of its own for each test, and calls of the control API."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from openai import OpenAI

from mock_server.domain.clock import Pace
from mock_server.running import running_gateway
from mock_server.settings import Settings
from video_gateway_mock.handle import Gateway

ADMIN = "admin-token-of-the-tests"
# 2026-01-01, 00:00 UTC.
START_MS = 1_767_225_600_000

Call = Callable[..., httpx.Response]


@pytest.fixture(scope="session")
def control_url() -> Iterator[str]:
    """A server with clocks that step by half a minute and start in 2026."""
    pace = Pace(speed=0, step_s=30, start_ms=START_MS)
    with running_gateway(Settings(pace=pace, admin_token=ADMIN)) as gateway:
        yield gateway.url


@pytest.fixture
def gateway(control_url: str) -> Gateway:
    """The handle of a new API key."""
    return Gateway(control_url, f"sk-{uuid4().hex}")


@pytest.fixture
def client(gateway: Gateway) -> Iterator[OpenAI]:
    """The official client with that key, without retries."""
    with OpenAI(base_url=gateway.base_url, api_key=gateway.api_key, max_retries=0) as made:
        yield made


@pytest.fixture
def call(gateway: Gateway) -> Iterator[Call]:
    """A call of the control API with that key, or another."""
    with httpx.Client(base_url=f"{gateway.url}/_mock", trust_env=False) as http:

        def send(method: str, path: str, key: str = gateway.api_key, **more: Any) -> httpx.Response:
            headers = {"Authorization": f"Bearer {key}"}
            return http.request(method, path, headers=headers, **more)

        yield send


def video(client: OpenAI, prompt: str = "A cat") -> str:
    """The id of a new job."""
    return client.videos.create(model="sora-2", prompt=prompt, seconds="4").id
