"""Sends one request to an endpoint: the only module from which the fake calls out.

It connects to an address that was checked, not to the name: another look-up could have another
answer. No redirect is followed, no proxy used, no cookie kept, and only so much of an answer read.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING

from mock_server.domain.clock import wall_clock
from mock_server.webhooks.allowed_targets import TargetError, Targets

if TYPE_CHECKING:
    import httpx

# Standard Webhooks: 15 to 30 seconds.
TIMEOUT_S = 15.0
_MOST_READ = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a request: a status, or an error. ``refused``: the address may not be reached.

    ``retry_after_ms`` is how long the endpoint asks to be left alone.
    """

    status: int | None = None
    error: str | None = None
    refused: bool = False
    retry_after_ms: int | None = None


class Poster:
    """Posts to endpoints; the HTTP library is loaded for the first request."""

    def __init__(self, targets: Targets, timeout_s: float = TIMEOUT_S) -> None:
        """Reach nothing but ``targets``, and wait so many seconds for a whole answer."""
        self.targets = targets
        self.timeout_s = timeout_s
        self._transport: httpx.AsyncHTTPTransport | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """What the endpoint answers, or why it does not; nothing is raised."""
        try:
            async with asyncio.timeout(self.timeout_s):
                return await self._post(url, body, headers)
        except TimeoutError:
            return Answer(error=f"no answer within {self.timeout_s:g} s")
        except TargetError as error:
            return Answer(error=str(error), refused=True)
        except OSError as error:
            return Answer(error=f"its host cannot be looked up: {error}")
        except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again later
            return Answer(error=f"{type(error).__name__}: {error}")

    async def close(self) -> None:
        """Let go of connections."""
        if self._transport is not None:
            await self._transport.aclose()

    async def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        addresses = await self.targets.addresses(url)
        if self._transport is None:
            # It takes a tenth of a second, in which requests are to be answered.
            self._transport = await asyncio.to_thread(_new_transport)
        import httpx

        why = "its host has no address"
        for address in addresses:
            request = _request(url, address, body, headers)
            try:
                return await _exchange(self._transport, request)
            except httpx.ConnectError as error:
                why = f"no connection to {address}: {error}"
        return Answer(error=why)


def _new_transport() -> "httpx.AsyncHTTPTransport":
    import httpx

    # A connection that is kept may have ended when the next event comes, hours later.
    return httpx.AsyncHTTPTransport(limits=httpx.Limits(max_keepalive_connections=0))


def _request(url: str, address: str, body: bytes, headers: Mapping[str, str]) -> "httpx.Request":
    """A request to the address for the host that the URL names; TLS holds it to that name."""
    import httpx

    named = httpx.URL(url)
    try:
        ip_address(named.host)
        extensions = {}
    except ValueError:
        extensions = {"sni_hostname": named.host}
    return httpx.Request(
        "POST",
        named.copy_with(host=address),
        headers={"host": named.netloc.decode("ascii"), **headers, "connection": "close"},
        content=body,
        extensions=extensions,
    )


async def _exchange(transport: "httpx.AsyncHTTPTransport", request: "httpx.Request") -> Answer:
    response = await transport.handle_async_request(request)
    try:
        read = 0
        async for part in response.aiter_raw():
            read += len(part)
            if read >= _MOST_READ:
                break
    finally:
        await response.aclose()
    retry_after_ms = read_retry_after(response.headers.get("retry-after", ""), wall_clock())
    return Answer(status=response.status_code, retry_after_ms=retry_after_ms)


def read_retry_after(text: str, wall_ms: int) -> int | None:
    """Milliseconds that ``Retry-After`` asks for, from the real instant; None where it makes none.

    It is a number of seconds or a date (RFC 9110).
    """
    if text.isascii() and text.isdigit() and len(text) <= 9:  # noqa: PLR2004
        return int(text) * 1000
    try:
        instant_ms = int(parsedate_to_datetime(text).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
    return max(0, instant_ms - wall_ms)
