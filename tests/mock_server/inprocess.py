"""A fake served inside the test's own process: a synchronous client, and a clock to move."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import httpx
from starlette.types import ASGIApp

from mock_server.app import Server, build_server
from mock_server.domain.clock import ManualClock
from mock_server.http.security import tenant_of
from mock_server.settings import Settings
from mock_server.tenants import TenantState
from openapi.dialects.dialect import Dialect

# The instant that the veo page's response example was created at.
START_MS = 1_762_336_916_000
URL = "http://gateway.test"


class _InProcess(httpx.BaseTransport):
    """Hands each request to the application on one event loop and waits for the answer."""

    def __init__(self, application: ASGIApp, runner: asyncio.Runner) -> None:
        self._asgi = httpx.ASGITransport(application)
        self._runner = runner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._runner.run(self._exchange(request))

    async def _exchange(self, request: httpx.Request) -> httpx.Response:
        request.read()
        answer = await self._asgi.handle_async_request(request)
        body = await answer.aread()
        # A stream, because httpx would add the length that an answer itself has to state.
        stream = httpx.ByteStream(body)
        return httpx.Response(answer.status_code, headers=answer.headers, stream=stream)


@dataclass(frozen=True, slots=True)
class Fake:
    """One application with its clock; clients share both and differ by key."""

    server: Server
    clock: ManualClock
    runner: asyncio.Runner

    def client(self, key: str | None) -> httpx.Client:
        """A client that sends ``key``, or none."""
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        transport = _InProcess(self.server.application, self.runner)
        return httpx.Client(transport=transport, base_url=URL, headers=headers)

    def speak(self, key: str, dialect: Dialect) -> None:
        """Answer that key in another dialect."""

        def update(state: TenantState) -> TenantState:
            return replace(state, dialect=dialect)

        self.runner.run(self.server.tenants.update(tenant_of(key), update))


@contextmanager
def fake_gateway(settings: Settings) -> Iterator[Fake]:
    """A fake on a clock that stands still until it is moved."""
    clock = ManualClock(START_MS)
    with asyncio.Runner() as runner:
        yield Fake(build_server(settings, clock), clock, runner)
