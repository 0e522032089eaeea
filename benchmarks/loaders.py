"""Sends one HTTP request over and over and times the answers; knows nothing of what it asks for.

Over wrk where that is installed; plain sockets are the fallback, slower but always there.
"""

import asyncio
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from urllib.parse import urlsplit

GRACE_S = 30
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_LUA_REPORT = """
done = function(summary, latency, requests)
  local failed = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d", summary.requests, summary.duration,
    failed.status + failed.connect + failed.read + failed.write + failed.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""


class LoadError(Exception):
    """An answer that is no success: what was measured means nothing."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request, sent over and over."""

    name: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Pressure:
    """How long a round takes, and how many connections ask at the same time."""

    seconds: float
    connections: int


@dataclass(frozen=True, slots=True)
class Round:
    """Answers a second, and the milliseconds within which half and 99 in 100 of them came."""

    rate: float
    p50_ms: float
    p99_ms: float


Loader = Callable[[str, Call, Pressure], Round]


def load_with_wrk(url: str, call: Call, pressure: Pressure) -> Round:
    """One round by wrk, in whole seconds, with a Lua script that tells it the request.

    Raises:
        LoadError: an answer was no success.
    """
    with TemporaryDirectory() as folder:
        script = Path(folder) / "request.lua"
        script.write_text(_lua(call))
        size = (f"-c{pressure.connections}", f"-d{ceil(pressure.seconds)}s")
        command = ["wrk", "-t1", *size, f"-s{script}", url + call.path]
        patience = pressure.seconds + GRACE_S
        done = subprocess.run(command, capture_output=True, text=True, timeout=patience, check=True)
    answers, microseconds, failed, p50, p99 = map(int, done.stdout.split("RESULT ")[1].split())
    if failed or not answers:
        raise LoadError(f"{call.name}: {failed} of {answers} answers were no success")
    return Round(answers / microseconds * 1e6, p50 / 1e3, p99 / 1e3)


def _lua(call: Call) -> str:
    # Every byte by its number: Lua's long strings would turn a form's line ends into others.
    body = "".join(f"\\{byte:03}" for byte in call.body)
    headers = "".join(f'wrk.headers["{name}"] = "{text}"\n' for name, text in call.headers.items())
    return f'wrk.method = "{call.method}"\nwrk.body = "{body}"\n{headers}{_LUA_REPORT}'


def load_with_sockets(url: str, call: Call, pressure: Pressure) -> Round:
    """One round by plain sockets on an event loop of this process.

    Raises:
        LoadError: an answer was no success.
    """
    return asyncio.run(_round(url, call, pressure))


async def _round(url: str, call: Call, pressure: Pressure) -> Round:
    host, port = urlsplit(url).hostname or "", urlsplit(url).port or 80
    request = _request(url, call)
    started = perf_counter()
    users = [_User(request, started + pressure.seconds) for _ in range(pressure.connections)]
    waiting = iter(users)
    try:
        async with asyncio.timeout(pressure.seconds + GRACE_S):
            for _ in users:
                await asyncio.get_running_loop().create_connection(waiting.__next__, host, port)
            await asyncio.gather(*(user.done for user in users))
    finally:
        for user in users:
            user.leave()
    elapsed = perf_counter() - started
    times = [taken for user in users for taken in user.times]
    cuts = quantiles(times, n=100)
    return Round(len(times) / elapsed, cuts[49] * 1e3, cuts[98] * 1e3)


def _request(url: str, call: Call) -> bytes:
    length = {"Host": urlsplit(url).netloc, "Content-Length": str(len(call.body))}
    lines = "".join(f"{name}: {text}\r\n" for name, text in {**length, **call.headers}.items())
    return f"{call.method} {call.path} HTTP/1.1\r\n{lines}\r\n".encode() + call.body


class _User(asyncio.Protocol):
    """One connection: sends, waits for the whole answer, sends again until the time is up."""

    def __init__(self, request: bytes, until: float) -> None:
        self.times: list[float] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._request, self._until = request, until
        self._answer, self._sent = b"", 0.0
        self._transport: asyncio.Transport | None = None

    def leave(self) -> None:
        """Close the connection, if there is one."""
        if self._transport:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send(transport)

    def data_received(self, data: bytes) -> None:
        self._answer += data
        head, _, body = self._answer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if length is None or len(body) < int(length[1]):
            return
        self.times.append(perf_counter() - self._sent)
        if not head.startswith(b"HTTP/1.1 200 "):
            self._stop(LoadError(f"no success: {self._answer.decode()}"))
        elif self._transport and perf_counter() < self._until:
            self._send(self._transport)
        else:
            self._stop(None)

    def connection_lost(self, _error: Exception | None) -> None:
        self._stop(LoadError("the server closed a connection"))

    def _send(self, transport: asyncio.Transport) -> None:
        self._answer, self._sent = b"", perf_counter()
        transport.write(self._request)

    def _stop(self, problem: Exception | None) -> None:
        if self.done.done():
            return
        if problem:
            self.done.set_exception(problem)
        else:
            self.done.set_result(None)
        self.leave()


LOADERS: Mapping[str, Loader] = {"wrk": load_with_wrk, "sockets": load_with_sockets}
