"""Serves the guard on a free loopback port, in a thread."""

import asyncio
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import uvicorn
from starlette.types import Message, Receive, Scope, Send

from contract_tests.guard.guard import SENDER, Guard, Refusal
from contract_tests.wire.exchange import Exchange, Reply, Request

# The guard's own statuses, which no target uses; the header `VERDICT` marks them as well.
REFUSED, UNANSWERED = 599, 598
VERDICT = "x-contract-guard"
NUMBER = "x-contract-number"
_START_SECONDS = 30
_RECORDED = 200
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
        try:
            outcome = await self._guard.handle(request)
        except Exception as error:  # noqa: BLE001 (a bug in the guard must not look like the target's)
            outcome = Refusal(f"the guard failed: {type(error).__name__}")
        if isinstance(outcome, Refusal):
            await _respond(send, REFUSED, ((VERDICT, f"refused; {outcome.why}"),))
        elif outcome.reply_or_none is None:
            why = _UNUSABLE.sub("?", outcome.trouble)
            headers = ((VERDICT, f"unanswered; {why}"), (NUMBER, str(outcome.number)))
            await _respond(send, UNANSWERED, headers)
        elif request.header(SENDER):
            # The sender is in this process, and reads the recorded response.
            await _respond(send, _RECORDED, ((NUMBER, str(outcome.number)),))
        else:
            await _forward_reply(send, outcome, outcome.reply_or_none)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._guard.forwarder.close()
        await send({"type": "lifespan.shutdown.complete"})


@contextmanager
def serving(guard: Guard) -> Iterator[str]:
    """The base URL of a guard, until the block ends.

    Raises:
        TimeoutError: it does not start.
    """
    ready = Event()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        server = _Server(_config(GuardApp(guard)), ready)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        if not ready.wait(_START_SECONDS):
            raise TimeoutError("the guard did not start")
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(_START_SECONDS)


class _Server(uvicorn.Server):
    """Sets an event when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready.set()


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
