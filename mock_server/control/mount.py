"""Mounts the control API beside the gateway; it is imported and built by its first request."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.control.reloads import Reloads
from mock_server.http.address import Addresses
from mock_server.http.security import KeyRing
from mock_server.jobs.actions import JobActions
from mock_server.scenarios.selection import Scenarios
from mock_server.tenants import TenantRepository
from mock_server.tenants.defaults import Dialects
from mock_server.transport.process import paused
from mock_server.webhooks import WebhookService

PREFIX = "/_mock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """What the control API acts on, who may call it, and under which addresses."""

    tenants: TenantRepository
    scenarios: Scenarios
    dialects: Dialects
    keys: KeyRing
    admin_token: str
    reached: Addresses
    webhooks: WebhookService
    jobs: JobActions
    fill_examples: Callable[[str], Awaitable[Mapping[str, list[str]]]]
    reloads: Reloads


class ControlMount:
    """Serves the control API below ``/_mock``; passes all other requests on.

    Many servers never get a control call, and start faster without building it.
    """

    def __init__(self, app: ASGIApp, *, controls: Controls) -> None:
        self._app = app
        self._controls = controls
        self._control: asyncio.Future[ASGIApp] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path = scope["path"]
        if path != PREFIX and not path.startswith(f"{PREFIX}/"):
            await self._app(scope, receive, send)
            return
        if self._control is None:
            # In a thread: building takes long enough to delay other requests.
            self._control = asyncio.ensure_future(asyncio.to_thread(self._build))
        control = await asyncio.shield(self._control)
        await control(scope, receive, send)

    def _build(self) -> ASGIApp:
        with paused():
            from mock_server.control.application import control_application

            return control_application(self._controls)
