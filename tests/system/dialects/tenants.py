"""Tenants that speak a dialect, and clients that show all of an answer."""

from typing import Any
from uuid import uuid4

import httpx
from openai import OpenAI

from mock_server.running import Gateway

ORDER: Any = {"model": "sora-2", "prompt": "A cat", "seconds": "4"}


def tenant_in(server: Gateway, dialect: str) -> Gateway:
    """A new key's tenant in a dialect; each poll is 40 seconds of a job's life."""
    gateway = server.with_key(f"sk-{uuid4().hex}")
    gateway.dialect(dialect)
    gateway.clock.step(40)
    return gateway


def sdk(gateway: Gateway, *, strict: bool = False) -> OpenAI:
    """The official client; no retries, no kept connection. ``strict`` checks answers."""
    return OpenAI(
        base_url=gateway.base_url,
        api_key=gateway.api_key,
        max_retries=0,
        default_headers={"Connection": "close"},
        _strict_response_validation=strict,
    )


def raw(gateway: Gateway, method: str, path: str, **more: Any) -> httpx.Response:
    """An answer as it is."""
    headers = {"Authorization": f"Bearer {gateway.api_key}"}
    return httpx.request(
        method, f"{gateway.base_url}{path}", headers=headers, trust_env=False, **more
    )
