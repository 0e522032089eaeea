"""Runs an application under uvicorn on a socket that is bound beforehand."""

import asyncio
import errno
import logging
import signal
import socket
from asyncio import CancelledError
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from mock_server.http.connexion.docs import DOCS_PATH
from mock_server.transport import garbage
from mock_server.transport.connections import Guard, protocol
from mock_server.transport.connections.files import room_for
from mock_server.transport.connections.protocol import GuardedProtocol

_BIND_REMEDIES = {
    errno.EADDRINUSE: "choose another --port, or 0 for any free one",
    errno.EACCES: "choose a --port above 1023, which needs no rights",
}
Announce = Callable[[str], Any]
LogConfig = dict[str, Any]
_BACKLOG = 2048
_GRACE_S = 1
_TICK_S = 0.1
_TICKS = 864_000
_TICKS_A_CHECK = 5
# The exit status of what a signal ended, as shells have it.
_BY_SIGNAL = 128
# Turns of the loop until a closed connection is forgotten.
_TURNS_TO_CLOSE = 5


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 picks a free one.

    Raises:
        OSError: the address is taken or is none of this machine's.
    """
    if not host:
        raise OSError("--host is empty, which would be every address; write 0.0.0.0 for that")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        remedy = _BIND_REMEDIES.get(
            error.errno or 0, "give a --host of this machine's; --port is not at fault"
        )
        raise OSError(f"cannot listen on {host}:{port}: {error.strerror}; {remedy}") from error
    listener.listen(_BACKLOG)
    return listener


def url_of(listener: socket.socket) -> str:
    """The base URL of a listening socket."""
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


class Runner(uvicorn.Server):
    """Says once when it is ready, and ends when it is told to by a signal or another thread.

    SIGTERM and SIGHUP let answers that are under way be finished; an interrupt leaves them a
    second, and a second signal nothing.
    """

    def __init__(self, config: uvicorn.Config, ready: Callable[[], Any], guard: Guard) -> None:
        """Call ``ready`` when connections are accepted."""
        super().__init__(config)
        self.cut_by: int | None = None
        self._ready = ready
        self._guard = guard
        self._told = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to accept, then say so."""
        self._loop = asyncio.get_running_loop()
        self._guard.connections = self.server_state.connections
        self._guard.tick(self._loop.time())
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def on_tick(self, counter: int) -> bool:
        """Whether to end; now and then connections are looked at whose time may be up."""
        now = asyncio.get_running_loop().time()
        self._guard.tick(now)
        if counter % _TICKS_A_CHECK == 0:
            for connection in list(self.server_state.connections):
                if isinstance(connection, GuardedProtocol):
                    connection.check(now)
        return await super().on_tick(counter)

    async def main_loop(self) -> None:
        """Run until told to end; uvicorn's own loop looks for that ten times a second."""
        tick = 0
        while not await self.on_tick(tick):
            tick = (tick + 1) % _TICKS
            with suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), _TICK_S)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End; at once where nothing is being answered, where uvicorn waits a tenth of a second."""
        state = self.server_state
        for server in self.servers:
            server.close()
        for connection in list(state.connections):
            connection.shutdown()
        for _ in range(_TURNS_TO_CLOSE):
            await asyncio.sleep(0)
        if state.connections or state.tasks:
            await super().shutdown(sockets)
        else:
            await self.lifespan.shutdown()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal; uvicorn would raise it anew in the end, and so end with a failure."""
        if self.should_exit:
            self.cut_by = sig
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._cut)
            return
        if sig != signal.SIGINT:
            self.config.timeout_graceful_shutdown = self._guard.limits.drain_s
        self.stop()

    def _cut(self) -> None:
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        for task in self.server_state.tasks:
            task.cancel()

    def stop(self) -> None:
        """Have it end; may be called from any thread."""
        self.should_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._told.set)


def make_server(
    application: ASGIApp, ready: Callable[[], Any], guard: Guard, logs: LogConfig | None = None
) -> Runner:
    """A server that calls ``ready`` when it accepts connections; it runs on a bound socket.

    ``logs`` configures ``logging``; None leaves uvicorn's own.
    """
    config = uvicorn.Config(
        guard.bodies.around(application),
        # Without it a failure at start-up is swallowed and every request fails later.
        lifespan="on",
        http=protocol(guard),
        # Any library for it that is installed would be used.
        ws="none",
        timeout_keep_alive=guard.limits.keep_alive_s,
        access_log=False,
        **({"log_level": "warning"} if logs is None else {"log_config": logs}),
        server_header=False,
        # What a proxy says of itself, anybody can say; a public address is a setting.
        proxy_headers=False,
        date_header=True,
        timeout_graceful_shutdown=_GRACE_S,
    )
    return Runner(config, ready, guard)


def _is_no_cancellation(record: logging.LogRecord) -> bool:
    """A request that is cut off by the end of the server is no failure to show a trace of."""
    return not (record.exc_info and isinstance(record.exc_info[1], CancelledError))


def take_hangups(handler: Callable[[int, FrameType | None], Any]) -> None:
    """Have a terminal that is closed end this process in good order, unless it was told not to."""
    hangup = getattr(signal, "SIGHUP", None)
    # `nohup` has it ignored.
    if hangup is not None and signal.getsignal(hangup) is signal.SIG_DFL:
        signal.signal(hangup, handler)


def ready_line(listener: socket.socket, token: str | None, public_url: str | None = None) -> str:
    """What is said when requests are answered; a ``token`` is told where there is one to tell."""
    url = url_of(listener)
    reached = (public_url or url).rstrip("/")
    line = f"video gateway mock ready on {url}  docs: {reached}{DOCS_PATH}"
    if token is None:
        return line
    return f"{line}\ncontrol API on {reached}/_mock  admin token: {token}"


def run(
    application: ASGIApp,
    listener: socket.socket,
    announce: Announce,
    *,
    guard: Guard,
    token: str | None = None,
    public_url: str | None = None,
    logs: LogConfig | None = None,
) -> int:
    """Serve until told to end; returns the exit status. A ``token`` is announced, once."""
    guard.limits = replace(guard.limits, open=room_for(guard.limits.open))
    line = ready_line(listener, token, public_url)
    garbage.spare()
    server = make_server(application, lambda: announce(line), guard, logs)
    logging.getLogger("uvicorn.error").addFilter(_is_no_cancellation)
    take_hangups(server.handle_exit)
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        # It came before the server was there to take it.
        return 0
    if server.cut_by is not None:
        return _BY_SIGNAL + server.cut_by
    return 0 if server.started else 1
