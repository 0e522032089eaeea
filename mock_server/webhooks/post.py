"""Webhook requests: OpenAI's event, signed by Standard Webhooks, posted to an allowed address.

The only module that makes outgoing connections. It connects to an IP address that was checked, not
to the host name, because a second DNS lookup could return another one. It follows no redirects,
uses no proxies, keeps no cookies and reads a limited part of the response.
"""

import asyncio
import base64
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING

import orjson
from standardwebhooks import Webhook

from mock_server.domain.clock import wall_clock
from mock_server.domain.webhooks import Delivery, Endpoint
from mock_server.webhooks.allowed_targets import TargetError, Targets

if TYPE_CHECKING:
    import httpx


# Standard Webhooks recommends 24 to 64 bytes.
_SECRET_BYTES = 32
_SECRET_PREFIX = "whsec_"
_USER_AGENT = "video-gateway-mock"


def new_secret(source: random.Random) -> str:
    """A signing secret: ``whsec_`` and base64."""
    return _SECRET_PREFIX + base64.b64encode(source.randbytes(_SECRET_BYTES)).decode()


def body_of(delivery: Delivery) -> bytes:
    """The event; it has the id of the job and no other data of it."""
    return orjson.dumps(
        {
            "id": delivery.event_id,
            "object": "event",
            "created_at": delivery.happened_ms // 1000,
            "type": delivery.event_type,
            "data": {"id": delivery.job_id},
        }
    )


def headers_of(
    delivery: Delivery, body: bytes, endpoint: Endpoint, *, now_ms: int, wall_ms: int
) -> dict[str, str]:
    """The headers of an event; ``now_ms`` on the tenant's clock decides which secrets are valid.

    The timestamp is real time, not the tenant's: receivers reject a message with a timestamp more
    than five minutes off their own clock.
    """
    sent = datetime.fromtimestamp(wall_ms // 1000, UTC)
    text = body.decode()
    signatures = (
        Webhook(secret).sign(delivery.event_id, sent, text) for secret in endpoint.secrets(now_ms)
    )
    return {
        "content-type": "application/json",
        "user-agent": _USER_AGENT,
        "webhook-id": delivery.event_id,
        "webhook-timestamp": str(wall_ms // 1000),
        "webhook-signature": " ".join(signatures),
    }


# Standard Webhooks recommends 15 to 30 seconds.
TIMEOUT_S = 15.0
_MOST_READ = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The result of a request: a status or an error.

    ``refused`` is True if the address is not allowed; ``retry_after_ms`` is the endpoint's
    ``Retry-After``.
    """

    status: int | None = None
    error: str | None = None
    refused: bool = False
    retry_after_ms: int | None = None


class Poster:
    """Posts to endpoints; the HTTP library is imported by the first request."""

    def __init__(self, targets: Targets, timeout_s: float = TIMEOUT_S) -> None:
        """Connect to ``targets`` only; ``timeout_s`` is for the whole exchange."""
        self.targets = targets
        self.timeout_s = timeout_s
        self._transport: httpx.AsyncHTTPTransport | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send the request; failures are returned as an error, never raised."""
        try:
            async with asyncio.timeout(self.timeout_s):
                return await self._post(url, body, headers)
        except TimeoutError:
            return Answer(error=f"no answer within {self.timeout_s:g} s")
        except TargetError as error:
            return Answer(error=str(error), refused=True)
        except OSError as error:
            return Answer(error=f"its host name cannot be resolved: {error}")
        except Exception as error:  # noqa: BLE001 - any failure is retried later
            return Answer(error=f"{type(error).__name__}: {error}")

    async def close(self) -> None:
        """Close all connections."""
        if self._transport is not None:
            await self._transport.aclose()

    async def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        addresses = await self.targets.addresses(url)
        if self._transport is None:
            # In a thread: it takes a tenth of a second.
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

    # The next event may come hours later, so no connection is kept open.
    return httpx.AsyncHTTPTransport(limits=httpx.Limits(max_keepalive_connections=0))


def _request(url: str, address: str, body: bytes, headers: Mapping[str, str]) -> "httpx.Request":
    """A request to ``address`` for the host of the URL; TLS verifies the host name."""
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
    """The milliseconds of a ``Retry-After`` header, seconds or a date (RFC 9110); None if invalid.

    ``wall_ms`` is the real instant that a date is relative to.
    """
    if text.isascii() and text.isdigit() and len(text) <= 9:  # noqa: PLR2004
        return int(text) * 1000
    try:
        instant_ms = int(parsedate_to_datetime(text).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
    return max(0, instant_ms - wall_ms)
