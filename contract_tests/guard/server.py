"""Serves the guard on a free loopback port, in a thread."""

import asyncio
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

import uvicorn
from starlette.types import Message, Receive, Scope, Send

from contract_tests.guard.guard import FUZZER, Guard, Refusal
from contract_tests.wire.exchange import Exchange, Reply, Request

# The guard's own statuses, which no target uses; the header `VERDICT` marks them as well.
REFUSED, UNANSWERED = 599, 598
VERDICT = "x-contract-guard"
NUMBER = "x-contract-number"
_START_SECONDS = 30
# The longest body of a request that is forwarded.
MOST_BYTES = 256 * 1024 * 1024
# Headers of the connection, or of a coding that was undone.
_DROPPED = frozenset(
    {"content-length", "transfer-encoding", "connection", "keep-alive", "content-encoding"}
)
_OWN = "x-contract-"
_UNUSABLE = re.compile(r"[^\t -~\x80-\xff]")


class PortError(Exception):
    """The port cannot be listened on; the message says why."""


class TooLargeError(Exception):
    """The body of a request is longer than what is forwarded."""


class GuardApp:
    """The guard as an ASGI application."""

    def __init__(self, guard: Guard) -> None:
        """Hand every request to ``guard``."""
        self.guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request with the target's response, or with one of the guard's statuses."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        await self.serve(scope, receive, send)

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request of Schemathesis."""
        request = request_of(scope, await read_body(receive))
        outcome = await self.guard.handle(request, FUZZER)
        if isinstance(outcome, Refusal):
            await respond(send, REFUSED, ((VERDICT, f"refused; {outcome.why}"),))
        elif outcome.reply_or_none is None:
            why = _UNUSABLE.sub("?", outcome.trouble)
            headers = ((VERDICT, f"unanswered; {why}"), (NUMBER, str(outcome.number)))
            await respond(send, UNANSWERED, headers)
        else:
            await forward_reply(send, outcome, outcome.reply_or_none)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.guard.forwarder.close()
        await send({"type": "lifespan.shutdown.complete"})


@dataclass(frozen=True)
class ServedGuard:
    """A guard that is being served at ``url``, on an event loop of another thread."""

    url: str
    guard: Guard
    loop: asyncio.AbstractEventLoop

    def send(self, request: Request, sender: str) -> Exchange | Refusal:
        """Send a request of this process without the detour over the URL."""
        return asyncio.run_coroutine_threadsafe(
            self.guard.handle(request, sender), self.loop
        ).result()


@contextmanager
def serving(
    guard: Guard, application: Callable[[Guard], GuardApp] = GuardApp, port: int = 0
) -> Iterator["ServedGuard"]:
    """A guard served by uvicorn in a thread, until the block ends.

    Raises:
        TimeoutError: it does not start.
        PortError: the port is in use, or may not be used.
    """
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortError(error.strerror or str(error)) from error
        listener.listen(128)
        server = _Server(_config(application(guard)))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        if not server.ready.wait(_START_SECONDS):
            raise TimeoutError("the guard did not start")
        try:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            yield ServedGuard(url, guard, server.loops[0])
        finally:
            server.should_exit = True
            thread.join(_START_SECONDS)


class _Server(uvicorn.Server):
    """Sets an event when it is ready, and keeps its event loop."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = Event()
        self.loops: list[asyncio.AbstractEventLoop] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.loops.append(asyncio.get_running_loop())
            self.ready.set()


def _config(application: GuardApp) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        lifespan="on",
        access_log=False,
        log_level="critical",
        server_header=False,
        date_header=False,
        http="httptools",
        ws="none",
        timeout_keep_alive=600,
        timeout_graceful_shutdown=1,
    )


async def read_body(receive: Receive) -> bytes:
    """The body of a request.

    Raises:
        CancelledError: the client is gone.
        TooLargeError: it is longer than any request for a film.
    """
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message: Message = await receive()
        if message["type"] == "http.disconnect":
            raise asyncio.CancelledError
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MOST_BYTES:
            raise TooLargeError
        more = message.get("more_body", False)
    return b"".join(parts)


def request_of(scope: Scope, body: bytes) -> Request:
    """The request of an ASGI scope, as it came over the connection."""
    query = scope["query_string"].decode("latin-1")
    target = scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
    headers = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in scope["headers"])
    return Request(scope["method"], target, headers, body)


async def forward_reply(send: Send, exchange: Exchange, reply: Reply) -> None:
    """Send the response of the target on to the client."""
    kept = [
        (name, _UNUSABLE.sub("?", value))
        for name, value in reply.headers
        if name.lower() not in _DROPPED and not name.lower().startswith(_OWN)
    ]
    length = reply.header("content-length") or ""
    is_head = exchange.request.method == "HEAD"
    if is_head and length.isdecimal():
        kept.append(("content-length", length))
    elif not is_head and reply.status not in (204, 304):
        kept.append(("content-length", str(len(reply.body))))
    body = b"" if is_head or reply.status in (204, 304) else reply.body
    await respond(send, reply.status, (*kept, (NUMBER, str(exchange.number))), body)


async def respond(
    send: Send, status: int, headers: tuple[tuple[str, str], ...], body: bytes = b""
) -> None:
    """Send a response."""
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
