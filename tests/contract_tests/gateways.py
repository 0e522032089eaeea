"""Servers for tests of the harness: the fake with a journal around it, and stubs."""

import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Event

import httpx
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import openapi
from mock_server.app import build_server
from mock_server.domain.clock import Pace
from mock_server.running import serving
from mock_server.settings import Settings
from openapi.contract.contract import Contract
from openapi.contract.document import load_contract

_CONTRACT = Contract(load_contract(openapi.CONTRACT))
Responder = Callable[[Request], Awaitable[Response]]
# Fast enough that a job ends within a tenth of a second.
FAST = Settings(pace=Pace(speed=2000))


@dataclass
class Journal:
    """The requests that a server got and the creates that it accepted, by its own record."""

    application: ASGIApp
    requests: list[tuple[str, str]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    created: list[str] = field(default_factory=list)
    made_one: Event = field(default_factory=Event)

    @property
    def accepted(self) -> int:
        """How many creates were accepted."""
        return len(self.created)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request and record it."""
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        self.requests.append((scope["method"], scope["path"]))
        self.keys.add(dict(scope["headers"]).get(b"authorization", b"").decode("latin-1"))

        async def note(message: Message) -> None:
            created = scope["method"] == "POST" and 200 <= message.get("status", 0) < 300
            if created:
                self.created.append(_kind(scope))
            await send(message)
            if created:
                self.made_one.set()

        await self.application(scope, receive, note)


def _kind(scope: Scope) -> str:
    """The operation and the media type of a create."""
    headers = Headers(scope=scope)
    operation = _CONTRACT.match(scope["method"], scope["path"])
    media_type = headers.get("content-type", "").partition(";")[0]
    return f"{operation.id if operation else scope['path']} {media_type}"


@contextmanager
def served(application: ASGIApp) -> Iterator[str]:
    """The URL of an application on the fake's server."""
    with serving(replace(build_server(Settings()), application=application)) as url:
        yield url


@contextmanager
def journaled(
    around: Callable[[ASGIApp], ASGIApp] = lambda app: app, settings: Settings = FAST
) -> Iterator[tuple[str, Journal]]:
    """The URL of a fake on loopback, with a journal inside ``around``, and the journal."""
    server = build_server(settings)
    journal = Journal(server.application)
    with serving(replace(server, application=around(journal))) as url:
        yield url, journal


class Dropping(httpx.AsyncBaseTransport):
    """A target that refuses the first requests; then the connection breaks at each."""

    def __init__(self, after: int = 0) -> None:
        """Refuse the first ``after`` requests."""
        self._after = after
        self.seen: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request.method)
        if len(self.seen) <= self._after:
            return httpx.Response(400, stream=httpx.ByteStream(b"{}"))
        raise httpx.ReadError("dropped")


class Hasty(httpx.AsyncBaseTransport):
    """A target that closes the connection after each error without saying so."""

    def __init__(self) -> None:
        """Start with a connection."""
        self._closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._closed:
            self._closed = False
            raise httpx.ReadError("dropped")
        self._closed = request.url.path != "/v1/models"
        status = 404 if self._closed else 200
        return httpx.Response(status, stream=httpx.ByteStream(b"{}"))


def stub(respond: Responder) -> ASGIApp:
    """An application that responds to every request by one function."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        reply = await respond(Request(scope, receive))
        await reply(scope, receive, send)

    return application


def job(number: int) -> Response:
    """The response to a create."""
    return Response(json.dumps({"id": f"video_{number}"}), media_type="application/json")
