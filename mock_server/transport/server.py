"""Runs an application under uvicorn on a socket that is already bound."""

import asyncio
import errno
import logging
import signal
import socket
from asyncio import CancelledError
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from mock_server.http.docs import DOCS_PATH
from mock_server.transport import process
from mock_server.transport.connections import Guard, protocol

_BIND_REMEDIES = {
    errno.EADDRINUSE: "choose another --port, or 0 for any free one",
    errno.EACCES: "choose a --port above 1023, which needs no privileges",
}
Announce = Callable[[str], Any]
LogConfig = dict[str, Any]
_BACKLOG = 2048
_GRACE_S = 1
_TICK_S = 0.1
_TICKS = 864_000
_TICKS_A_CHECK = 5
# Shells add the signal number to this for the exit status of a killed process.
_BY_SIGNAL = 128
# Iterations of the event loop until uvicorn has removed a closed connection.
_TURNS_TO_CLOSE = 5


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 picks a free one.

    Raises:
        OSError: the address is in use or does not belong to this machine.
    """
    if not host:
        raise OSError("--host is empty; write 0.0.0.0 to listen on every address")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        remedy = _BIND_REMEDIES.get(error.errno or 0, "--host must be an address of this machine")
        raise OSError(f"cannot listen on {host}:{port}: {error.strerror}; {remedy}") from error
    listener.listen(_BACKLOG)
    return listener


def url_of(listener: socket.socket) -> str:
    """The base URL of a listening socket."""
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


class Runner(uvicorn.Server):
    """Announces that it is ready, and can be stopped by a signal or from another thread.

    After SIGTERM or SIGHUP responses in progress get ``--drain`` seconds to finish, after SIGINT
    one second; a second signal cuts them off.
    """

    def __init__(self, config: uvicorn.Config, ready: Callable[[], Any], guard: Guard) -> None:
        """``ready`` is called when connections are accepted."""
        super().__init__(config)
        self.cut_by: int | None = None
        self._ready = ready
        self._guard = guard
        self._stop_requested = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start accepting connections and call ``ready``."""
        self._loop = asyncio.get_running_loop()
        self._guard.tick(self._loop.time())
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def on_tick(self, counter: int) -> bool:
        """Whether to end; also updates the guard's time and closes slow connections."""
        now = asyncio.get_running_loop().time()
        self._guard.tick(now)
        if counter % _TICKS_A_CHECK == 0:
            for connection in list(self._guard.connections):
                connection.check(now)
        return await super().on_tick(counter)

    async def main_loop(self) -> None:
        """Run until stopped; unlike uvicorn's loop, it does not wait for the next tick to end."""
        tick = 0
        while not await self.on_tick(tick):
            tick = (tick + 1) % _TICKS
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop_requested.wait(), _TICK_S)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End; without uvicorn's pause of 0.1 s if no response is in progress."""
        state = self.server_state
        self._guard.stop()
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
        """Handle a signal; uvicorn would raise it again at the end and so exit with a failure."""
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
        """Stop the server; may be called from any thread."""
        self.should_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stop_requested.set)


def make_server(
    application: ASGIApp, ready: Callable[[], Any], guard: Guard, logs: LogConfig | None = None
) -> Runner:
    """A server that calls ``ready`` when it accepts connections.

    ``logs`` is a configuration for ``logging``; None keeps uvicorn's own.
    """
    config = uvicorn.Config(
        guard.bodies.around(application),
        # By default a failure at start-up is ignored, and every request fails later.
        lifespan="on",
        http=protocol(guard),
        # By default an installed WebSocket library is used.
        ws="none",
        timeout_keep_alive=guard.limits.keep_alive_s,
        access_log=False,
        **({"log_level": "warning"} if logs is None else {"log_config": logs}),
        server_header=False,
        # Anybody can send a proxy's headers; --public-url is the trusted setting.
        proxy_headers=False,
        date_header=True,
        timeout_graceful_shutdown=_GRACE_S,
    )
    return Runner(config, ready, guard)


def _is_no_cancellation(record: logging.LogRecord) -> bool:
    """Hide tracebacks of requests that the end of the server cut off."""
    return not (record.exc_info and isinstance(record.exc_info[1], CancelledError))


def take_hangups(handler: Callable[[int, FrameType | None], Any]) -> None:
    """Call ``handler`` when the terminal is closed, unless SIGHUP is ignored."""
    hangup = getattr(signal, "SIGHUP", None)
    # ``nohup`` ignores SIGHUP.
    if hangup is not None and signal.getsignal(hangup) is signal.SIG_DFL:
        signal.signal(hangup, handler)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What is announced when a server is ready.

    ``token`` is the admin token, if it is to be shown. ``public_url`` is the address behind a
    proxy. ``workbench`` is what follows the address of the page; None if there is no page.
    """

    token: str | None = None
    public_url: str | None = None
    workbench: str | None = None

    def lines(self, listener: socket.socket) -> str:
        """The line that says where everything is, and a second one with the admin token."""
        url = url_of(listener)
        reached = (self.public_url or url).rstrip("/")
        text = f"video gateway mock ready on {url}  docs: {reached}{DOCS_PATH}"
        if self.workbench is not None:
            text += f"  workbench: {reached}/{self.workbench}"
        if self.token is not None:
            text += f"\ncontrol API on {reached}/_mock  admin token: {self.token}"
        return text


def run(
    application: ASGIApp,
    listener: socket.socket,
    announce: Announce,
    *,
    guard: Guard,
    announced: Announced | None = None,
    logs: LogConfig | None = None,
) -> int:
    """Serve until stopped; returns the exit status. ``announced`` is what the first lines say."""
    line = (announced or Announced()).lines(listener)
    process.spare()
    server = make_server(application, lambda: announce(line), guard, logs)
    logging.getLogger("uvicorn.error").addFilter(_is_no_cancellation)
    take_hangups(server.handle_exit)
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        # SIGINT before the server installed its handler.
        return 0
    if server.cut_by is not None:
        return _BY_SIGNAL + server.cut_by
    return 0 if server.started else 1
