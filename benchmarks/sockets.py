"""Sends one HTTP request over and over by plain sockets: slower than wrk, but always there."""

import asyncio
import re
from statistics import quantiles
from time import perf_counter
from urllib.parse import urlsplit

from benchmarks.requests import GRACE_S, Call, LoadError, Pressure, Round

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


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
    users = [
        _User(request, call.answered, started + pressure.seconds)
        for _ in range(pressure.connections)
    ]
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
    return Round(len(times) / elapsed, cuts[49] * 1e3, cuts[98] * 1e3, len(times))


def _request(url: str, call: Call) -> bytes:
    length = {"Host": urlsplit(url).netloc, "Content-Length": str(len(call.body))}
    lines = "".join(f"{name}: {text}\r\n" for name, text in {**length, **call.headers}.items())
    return f"{call.method} {call.path} HTTP/1.1\r\n{lines}\r\n".encode() + call.body


class _User(asyncio.Protocol):
    """One connection: sends, waits for the whole answer, sends again until the time is up."""

    def __init__(self, request: bytes, answered: int, until: float) -> None:
        self.times: list[float] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._request, self._until = request, until
        self._success = f"HTTP/1.1 {answered} ".encode()
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
        if not head.startswith(self._success):
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
