"""Serves the guard on a free loopback port, in a thread."""

import asyncio
import re
import socket
from collections.abc import Iterator
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
# Headers of the connection, or of a coding that was undone.
_DROPPED = frozenset(
    {"content-length", "transfer-encoding", "connection", "keep-alive", "content-encoding"}
)
_OWN = "x-contract-"
_UNUSABLE = re.compile(r"[^\t -~\x80-\xff]")


class GuardApp:
    """The guard as an ASGI application."""

    def __init__(self, guard: Guard) -> None:
        """Hand every request to ``guard``."""
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request with the target's response, or with one of the guard's statuses."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        request = _request(scope, await _body(receive))
        outcome = await self._guard.handle(request, FUZZER)
        if isinstance(outcome, Refusal):
            await _respond(send, REFUSED, ((VERDICT, f"refused; {outcome.why}"),))
        elif outcome.reply_or_none is None:
            why = _UNUSABLE.sub("?", outcome.trouble)
            headers = ((VERDICT, f"unanswered; {why}"), (NUMBER, str(outcome.number)))
            await _respond(send, UNANSWERED, headers)
        else:
            await _forward_reply(send, outcome, outcome.reply_or_none)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._guard.forwarder.close()
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
def serving(guard: Guard) -> Iterator["ServedGuard"]:
    """A guard served by uvicorn in a thread, until the block ends.

    Raises:
        TimeoutError: it does not start.
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        server = _Server(_config(GuardApp(guard)))
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


async def _body(receive: Receive) -> bytes:
    parts = []
    more = True
    while more:
        message: Message = await receive()
        if message["type"] == "http.disconnect":
            raise asyncio.CancelledError
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def _request(scope: Scope, body: bytes) -> Request:
    query = scope["query_string"].decode("latin-1")
    target = scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
    headers = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in scope["headers"])
    return Request(scope["method"], target, headers, body)


async def _forward_reply(send: Send, exchange: Exchange, reply: Reply) -> None:
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
    await _respond(send, reply.status, (*kept, (NUMBER, str(exchange.number))), body)


async def _respond(
    send: Send, status: int, headers: tuple[tuple[str, str], ...], body: bytes = b""
) -> None:
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
