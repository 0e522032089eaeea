"""Sends one request to the target and reads the whole response, within limits."""

import asyncio
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

import httpx

from contract_tests.guard.keys import Keys
from contract_tests.wire.exchange import Reply, Request

# The only coding that a request may ask for.
GZIP = "gzip"
# Headers of one connection (RFC 9110, 7.6.1), and those that the guard sets.
_HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "host",
        "content-length",
        "accept-encoding",
    }
)
_FUZZER_HEADERS = "x-schemathesis-"
# By these a broken connection is known from a response that is not HTTP.
_HUNG_UP = ("disconnected", "closed connection")
# How the reasons for a missing response begin.
NO_CONNECTION, NO_HTTP, GIVEN_UP = "no connection", "no reply that HTTP knows", "given up"
_UPGRADED = 101
_FINAL = range(200, 600)
_HEADERS = "raw_headers"
# zlib's `wbits` for each coding; `deflate` is a zlib stream, but some servers send it bare.
_WINDOWS: Mapping[str, tuple[int, ...]] = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}
_MOST_CODINGS = 3


@dataclass(frozen=True, slots=True)
class NoReply:
    """Why there is no response.

    Attributes:
        connected: whether there was a connection.
        broke: whether the connection broke.
    """

    why: str
    connected: bool = True
    broke: bool = False


class Forwarder:
    """Sends requests to one target, within ``timeout_s`` seconds and ``most_bytes`` a response."""

    def __init__(
        self, client: httpx.AsyncClient, keys: Keys, timeout_s: float, most_bytes: int
    ) -> None:
        """Use a client with the target's base URL."""
        self._client = client
        self._keys = keys
        self.timeout_s = timeout_s
        self._most_bytes = most_bytes
        self._stream: object = None

    async def send(self, request: Request) -> Reply | NoReply:
        """The response with all keys removed, or why there is none."""
        started = time.monotonic()
        try:
            async with asyncio.timeout(self.timeout_s):
                reply = await self._exchange(request)
        except TimeoutError:
            return NoReply(f"no complete reply within {self.timeout_s:g} s")
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as error:
            return NoReply(self._keys.take_out(f"{NO_CONNECTION}: {error}"), connected=False)
        except httpx.HTTPError as error:
            return self._no_reply(error)
        except (httpx.StreamError, httpx.InvalidURL, ValueError) as error:
            return NoReply(self._keys.take_out(f"it cannot be sent: {error}"))
        if reply.status not in _FINAL:
            return NoReply(f"{NO_HTTP}: it ends with the status {reply.status}")
        return replace(reply, elapsed_s=time.monotonic() - started)

    def _no_reply(self, error: httpx.HTTPError) -> NoReply:
        text = str(error)
        if isinstance(error, httpx.RemoteProtocolError) and not any(
            words in text for words in _HUNG_UP
        ):
            return NoReply(self._keys.take_out(f"{NO_HTTP}: {text}"))
        what = f"{type(error).__name__}: {text}".removesuffix(": ")
        return NoReply(self._keys.take_out(f"the connection broke: {what}"), broke=True)

    async def close(self) -> None:
        """Close the connections to the target."""
        await self._client.aclose()

    async def _exchange(self, request: Request) -> Reply:
        request = self._keys.put_in(request)
        sent = self._client.build_request(
            request.method,
            self._url(request.target),
            headers=[
                (name.encode(), value.encode("latin-1")) for name, value in self._out(request)
            ],
            content=request.body,
        )
        started = time.monotonic()
        answer = await self._client.send(sent, stream=True)
        first_s = time.monotonic() - started
        before, self._stream = self._stream, answer.extensions.get("network_stream")
        try:
            body = await self._read(answer)
        finally:
            await answer.aclose()
            if answer.status_code == _UPGRADED:
                # After an upgrade the connection no longer carries HTTP.
                await answer.extensions["network_stream"].aclose()
        reconnected = before is not None and before is not self._stream
        return replace(self._cleaned(answer, body), first_s=first_s, reconnected=reconnected)

    async def _read(self, answer: httpx.Response) -> bytes:
        parts: list[bytes] = []
        size = 0
        async for part in answer.aiter_raw():
            parts.append(part)
            size += len(part)
            if size > self._most_bytes:
                raise httpx.ReadError(f"the reply is longer than {self._most_bytes} bytes")
        return b"".join(parts)

    def _url(self, target: str) -> httpx.URL:
        base = self._client.base_url
        prefix = base.raw_path.decode("ascii").rstrip("/")
        return base.copy_with(raw_path=(prefix + target).encode("latin-1"))

    def _out(self, request: Request) -> list[tuple[str, str]]:
        kept = [
            (name, value)
            for name, value in request.headers
            if name.lower() not in _HOP_BY_HOP and not name.lower().startswith(_FUZZER_HEADERS)
        ]
        # A client's own list of codings may have some that cannot be undone here.
        coding = GZIP if request.header("accept-encoding") == GZIP else "identity"
        return [*kept, ("accept-encoding", coding)]

    def _cleaned(self, answer: httpx.Response, body: bytes) -> Reply:
        raw = answer.extensions.get(_HEADERS, answer.headers.raw)
        pairs = [(n.decode("latin-1").lower(), v.decode("latin-1")) for n, v in raw]
        headers = tuple((name, self._keys.take_out(value)) for name, value in pairs)
        codings = ", ".join(value for name, value in pairs if name == "content-encoding")
        undecoded = ""
        try:
            body = decoded(body, codings, self._most_bytes) if body else body
        except CodingError as error:
            undecoded = str(error)
        shown = self._keys.take_out_of_bytes(body)
        return Reply(answer.status_code, headers, shown, undecoded=undecoded)


async def keep_headers(answer: httpx.Response) -> None:
    """Keep the headers as received, and remove Location, which httpx would parse."""
    answer.extensions[_HEADERS] = answer.headers.raw
    answer.headers.pop("location", None)


class CodingError(ValueError):
    """A body cannot be decoded by its Content-Encoding; the message says why."""


def decoded(body: bytes, codings: str, most_bytes: int) -> bytes:
    """A body with the codings of its Content-Encoding undone.

    Args:
        codings: the value of the header.
        most_bytes: how long the decoded body may be; a few bytes may unpack to any length.

    Raises:
        CodingError: it is not coded so, the coding is not supported, or the result is too long.
    """
    named = [name for each in codings.split(",") if (name := each.strip().lower())]
    applied = [name for name in named if name != "identity"]
    if len(applied) > _MOST_CODINGS:
        raise CodingError(f"{len(applied)} codings, one on another")
    for name in reversed(applied):
        body = _decoded_once(body, name, most_bytes)
    return body


def _decoded_once(body: bytes, coding: str, most_bytes: int) -> bytes:
    if coding not in _WINDOWS:
        raise CodingError(f"the coding '{coding[:40]}' was not asked for")
    why = ""
    for window in _WINDOWS[coding]:
        try:
            return _decompressed(body, window, most_bytes)
        except zlib.error as error:
            why = why or str(error)
    raise CodingError(f"the body is not {coding}: {why}")


def _decompressed(body: bytes, window: int, most_bytes: int) -> bytes:
    unpacker = zlib.decompressobj(window)
    found = unpacker.decompress(body, most_bytes)
    if unpacker.unconsumed_tail:
        raise CodingError(f"it unpacks to more than {most_bytes} bytes")
    if not unpacker.eof:
        raise zlib.error("it breaks off")
    return found
