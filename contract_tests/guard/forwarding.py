"""Sends one request to the target and reads the whole reply, within bounds."""

import asyncio
import time
from dataclasses import dataclass, replace

import httpx

from contract_tests.guard.coding import CodingError, decoded
from contract_tests.guard.keys import Keys
from contract_tests.wire.exchange import Reply, Request

# They belong to one connection (RFC 9110, 7.6.1), or are the guard's own.
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
_OURS = ("x-contract-", "x-schemathesis-")
# A target that hangs up may be restarting; anything else that is no HTTP is what it sends.
_HUNG_UP = ("disconnected", "closed connection")
# How the reasons begin why there is no reply.
NO_CONNECTION, NO_HTTP, GIVEN_UP = "no connection", "no reply that HTTP knows", "given up"
_UPGRADED = 101
_FINAL = range(200, 600)
_HEADERS = "raw_headers"


@dataclass(frozen=True, slots=True)
class NoReply:
    """Why there is no reply: the target was not even ``connected``, or the connection ``broke``."""

    why: str
    connected: bool = True
    broke: bool = False


class Forwarder:
    """Sends requests to one target; a reply takes at most ``timeout_s`` and ``most_bytes``."""

    def __init__(
        self, client: httpx.AsyncClient, keys: Keys, timeout_s: float, most_bytes: int
    ) -> None:
        """Use a client whose base URL is the target's."""
        self._client = client
        self._keys = keys
        self.timeout_s = timeout_s
        self._most_bytes = most_bytes

    async def send(self, request: Request) -> Reply | NoReply:
        """The reply without any key in it, or why there is none."""
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
        sent = self._client.build_request(
            request.method,
            self._url(request.target),
            headers=[
                (name.encode(), value.encode("latin-1")) for name, value in self._out(request)
            ],
            content=request.body,
        )
        answer = await self._client.send(sent, stream=True)
        try:
            body = await self._read(answer)
        finally:
            await answer.aclose()
            if answer.status_code == _UPGRADED:
                # What is spoken from here on is nobody's to read.
                await answer.extensions["network_stream"].aclose()
        return self._cleaned(answer, body)

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
            for name, value in self._keys.put_in(request.headers)
            if name.lower() not in _HOP_BY_HOP and not name.lower().startswith(_OURS)
        ]
        return [*kept, ("accept-encoding", "identity")]

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
    """Keep a reply's headers as they came, and hide from the client where it might be sent on."""
    answer.extensions[_HEADERS] = answer.headers.raw
    answer.headers.pop("location", None)
