"""One request and its response: the `Exchange` that all layers share, and what handlers see of it.

An exchange is created by the outermost middleware and stored under the only key of this project in
the ASGI scope. Each layer writes what it finds out and reads what layers further out have written.
"""

import asyncio
import os
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeAlias

import orjson
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from mock_server.domain.clock import Clock
from mock_server.domain.scenario import Mix, Scenario
from mock_server.domain.tenant import RequestsMode
from mock_server.domain.webhooks import Endpoint
from mock_server.tenants.state import TenantState
from openapi.contract.contract import Operation
from openapi.contract.schemas import FILE
from openapi.dialects.dialect import Dialect

EXCHANGE = "video_gateway.exchange"
# The key of `Exchange.connection` under which the server passes on a connection's transport.
TRANSPORT = "transport"
# The name in journals and metrics of downloads by an address without a key; no contract has them.
MEDIA = "media"
# The key of `Inbound.noted` that says that the response is only an example.
INFERRED = "inferred"
# The key of `Inbound.noted` that says that the response is to be lost.
UNANSWERED = "unanswered"

_TOKEN_BYTES = 12
_RETRY, _RETRY_DIGITS = b"x-stainless-retry-count", 9
# Iterations of the event loop until the server has noticed that a connection was dropped.
_TURNS_TO_DROP = 3

# A tenant, and the triggers that were appended to its key.
Caller: TypeAlias = tuple[str, tuple[str, ...]]
Reply: TypeAlias = ASGIApp


class DroppedError(ConnectionError):
    """The connection is to be dropped, but there is none: the server runs inside a test."""


class Struck(NamedTuple):
    """A fault that was used on a request; ``id`` is None if a trigger asked for it."""

    kind: str
    id: int | None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a form. ``filename`` is what the client wrote: data, never a path."""

    filename: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Body:
    """A parsed request body; ``repeated`` names the fields that were sent more than once.

    Bodies with the same fields and files have the same ``digest``, however they were sent.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)
    repeated: frozenset[str] = frozenset()
    digest: str = ""

    @property
    def values(self) -> Mapping[str, Any]:
        """The fields as schemas see them, where every file is the same value."""
        return {**self.fields, **dict.fromkeys(self.files, FILE)} if self.files else self.fields


class Inbound(NamedTuple):
    """A validated request, as its handler gets it.

    ``now`` is the tenant's instant in milliseconds. ``clock``, ``scenario`` (of new jobs),
    ``dialect`` and ``webhooks`` are those of the tenant when the request arrived. ``triggers`` are
    the scenarios and faults that the request asks for; the first of two that exclude each other
    counts. In ``noted`` a handler leaves what is recorded about the request, such as its job.
    ``token`` is the random part of its id, ``retry`` the number of earlier attempts according to
    the client, ``budget`` what the tenant may spend in millionths of a dollar.
    """

    tenant: str
    now: int
    clock: Clock
    scenario: Scenario | Mix
    dialect: Dialect
    base_url: str
    path: Mapping[str, str]
    query: Mapping[str, Any]
    method: str
    headers: Headers
    body: Body
    triggers: tuple[str, ...]
    webhooks: tuple[Endpoint, ...]
    noted: dict[str, str]
    requests_mode: RequestsMode = RequestsMode.STRICT
    token: bytes = b""
    retry: int = 0
    budget: int | None = None

    @property
    def request_id(self) -> str:
        """Its id, in the form of the dialect."""
        return self.dialect.headers.request_id_prefix + self.token.decode()

    @property
    def files_to_check(self) -> Mapping[str, Upload]:
        """The files that are checked to be of the type that their fields require."""
        return {} if self.requests_mode is RequestsMode.EXAMPLE else self.body.files


class Exchange:
    """One request and its response.

    Attributes:
        method: the request's method.
        path: its path, decoded.
        token: the random part of its id.
        connection: what the server passed on about the connection; empty without a server.
        dialect: that of the response. The server's, until the API key is known.
        caller: the tenant of the API key and the key's triggers; None without a valid key.
        tenant: the tenant that the exchange is recorded for; None if unknown.
        state: the state of that tenant when the request arrived.
        operation: the operation of the contract, once the request was routed.
        path_params: the parameters in the path.
        is_media: whether it was a download by an address without a key.
        body: the parsed body, even of a request that was refused because of it.
        request: the request, once it was validated.
        faults: the faults that were used on it, in order.
        error_code: the code of the error that it ended with.
        error_message: the message of that error.
        deliberate: whether the response breaks the contract on purpose, and is not checked.
        started: whether the response has begun, so that no other can be sent.
        status: the status of the response; 0 if there was none.
        took_us: how long it took, in microseconds.
    """

    caller: Caller | None = None
    tenant: str | None = None
    state: TenantState | None = None
    operation: Operation | None = None
    path_params: Mapping[str, str] = {}
    is_media = False
    body: Body = Body()
    request: Inbound | None = None
    faults: tuple[Struck, ...] = ()
    error_code: str | None = None
    error_message: str | None = None
    deliberate = False
    started = False
    status = 0
    took_us = 0
    _by_name: dict[bytes, bytes] | None = None

    def __init__(self, scope: Scope, dialect: Dialect) -> None:
        """Start with the head of a request; ``dialect`` is for responses without a valid key."""
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.connection: MutableMapping[str, Any] = scope.get("state", {})
        self.dialect = dialect
        self.token = os.urandom(_TOKEN_BYTES).hex().encode()
        self._headers: Sequence[tuple[bytes, bytes]] = scope["headers"]

    @property
    def request_id(self) -> str:
        """Its id, in the form of the dialect."""
        return self.dialect.headers.request_id_prefix + self.token.decode()

    @property
    def retry(self) -> int:
        """The number of earlier attempts according to the client, as OpenAI's clients send it."""
        sent = self.header(_RETRY)
        return int(sent[:_RETRY_DIGITS]) if sent is not None and sent.isdigit() else 0

    @property
    def operation_id(self) -> str | None:
        """The id of its operation; None if it was not routed to one."""
        return None if self.operation is None else self.operation.id

    @property
    def label(self) -> str | None:
        """What was requested, for journals, logs and metrics: an operation's id, or `MEDIA`."""
        return MEDIA if self.is_media else self.operation_id

    @property
    def headers(self) -> Mapping[bytes, bytes]:
        """The headers by lower-case name; of several, the first."""
        by_name = self._by_name
        if by_name is None:
            # Reversed, so that the first of several stays.
            by_name = self._by_name = dict(reversed(self._headers))
        return by_name

    def header(self, name: bytes) -> bytes | None:
        """The first header with that lower-case name."""
        return self.headers.get(name)

    @property
    def authorization(self) -> bytes | None:
        """The Authorization header; of several, all, which is no valid one (RFC 9110, 5.3)."""
        sent = [value for name, value in self._headers if name == b"authorization"]
        return b", ".join(sent) if sent else None

    def belongs_to(self, tenant: str, state: TenantState) -> None:
        """Set the tenant to record the exchange for; its dialect is used for the response."""
        self.tenant, self.state, self.dialect = tenant, state, state.dialect

    async def drop(self) -> None:
        """Close the connection without a response.

        Raises:
            DroppedError: there is no connection.
        """
        transport = self.connection.get(TRANSPORT)
        if transport is None:
            raise DroppedError
        transport.abort()
        # Until the server has noticed, it would report a missing response as a failure.
        for _ in range(_TURNS_TO_DROP):
            await asyncio.sleep(0)


ExchangeObserver: TypeAlias = Callable[[Exchange], None]


class Tenants(Protocol):
    """Reads the states of tenants."""

    async def read(self, tenant: str, /) -> TenantState:
        """The current state."""

    async def name(self, tenant: str, key_end: str, /) -> TenantState:
        """Note how the tenant's key ends, and return the state."""

    def remembered(self, tenant: str, /) -> TenantState | None:
        """The state when it was last read, for when it cannot be read."""


class Handler(Protocol):
    """Implements one operation."""

    async def __call__(self, request: Inbound, /) -> Reply:
        """Answer a validated request, or raise ApiError."""


class JsonReply:
    """A JSON response, sent in two messages.

    ``deliberate``: it breaks the contract on purpose, and is not checked against it.
    """

    __slots__ = ("body", "deliberate", "headers", "status")

    def __init__(
        self,
        content: Any,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        deliberate: bool = False,
    ) -> None:
        self.status = status
        self.deliberate = deliberate
        self.body = orjson.dumps(content)
        self.headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(self.body)).encode()),
        ]
        for name, value in (headers or {}).items():
            self.headers.append((name.lower().encode("latin-1"), value.encode("latin-1")))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response."""
        if self.deliberate:
            exchange: Exchange = scope[EXCHANGE]
            exchange.deliberate = True
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})
