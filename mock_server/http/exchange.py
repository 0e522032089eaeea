"""One checked request as handlers see it, and the answers they give; knows no framework."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeAlias

import orjson
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from mock_server.domain.clock import Clock
from mock_server.domain.ids import SYSTEM
from mock_server.domain.scenario import Mix, Scenario
from mock_server.domain.tenant import RequestsMode
from mock_server.domain.webhooks import Endpoint
from openapi.dialects.dialect import Dialect

# In the scope of a request: the request once it is checked, the random part of the id of the
# exchange, and whether the answer breaks the contract on purpose.
INBOUND = "video_gateway.inbound"
TOKEN = "video_gateway.token"
DELIBERATE = "video_gateway.deliberate"
# In the scope of a routed request: the id of its operation.
OPERATION = "video_gateway.operation"
# In the scope of a request with a good key: its tenant and the words after the key, and what is set
# for the tenant as it was when the request came.
CALLER = "video_gateway.caller"
STANDING = "video_gateway.standing"
# In the scope of a request whose answer has begun, so that nothing else can be answered.
ANSWERED = "video_gateway.answered"
# In the scope of a request that ended with an error: the error's own code, whatever was said.
ERROR_CODE = "video_gateway.error_code"
# In the scope of a request that faults were used on: a tuple of `Struck`, in their order.
FAULT = "video_gateway.fault"
# Under which name a request notes that its answer is no more than an example.
INFERRED = "inferred"
# What a journal calls a download by a key-less address, which no contract has.
MEDIA = "media"
# In the scope of a request for media by their key-less address: the tenant whose they are.
MEDIA_OF = "video_gateway.media_of"
# In the scope of a request whose body could be read, whether or not it was refused afterwards.
READ_BODY = "video_gateway.body"

_TOKEN_BYTES = 12

# A tenant, and the words after its key.
Caller: TypeAlias = tuple[str, tuple[str, ...]]


def new_token() -> bytes:
    """The random part of the id of an exchange."""
    return SYSTEM.randbytes(_TOKEN_BYTES).hex().encode()


class Standing(Protocol):
    """What is set for a tenant, as one request finds it."""

    @property
    def clock(self) -> Clock:
        """Whose instants the tenant lives by."""

    @property
    def scenario(self) -> Scenario | Mix:
        """What new jobs do."""

    @property
    def dialect(self) -> Dialect:
        """Whose manners answers have."""

    @property
    def webhooks(self) -> tuple[Endpoint, ...]:
        """Who is told when a job ends."""

    @property
    def requests_mode(self) -> RequestsMode:
        """How strictly requests are held to the contract."""


class Tenants(Protocol):
    """Knows what is set for each tenant."""

    async def read(self, tenant: str, /) -> Standing:
        """What is set now."""

    def remembered(self, tenant: str, /) -> Standing | None:
        """What was set when it was last read, for when it cannot be."""


class Struck(NamedTuple):
    """A fault that was used on a request.

    ``id`` is that of a fault that is set; it is None for one that the request asked for itself.
    """

    kind: str
    id: int | None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a form. ``filename`` is what the caller wrote: data, never a path."""

    filename: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Body:
    """A request body: plain fields and files apart. ``repeated`` names what a form sends twice."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)
    repeated: frozenset[str] = frozenset()


class Inbound(NamedTuple):
    """A checked request: who asks, at which instant, in which dialect, and what.

    ``clock``, ``course`` and ``webhooks`` are its world's, as it found them.
    ``words`` ask the fake for a situation; the earlier one counts where two ask for the same. In
    ``noted`` a handler leaves what is to be recorded of the request: its job, for one.
    """

    tenant: str
    now: int
    clock: Clock
    course: Scenario | Mix
    dialect: Dialect
    base_url: str
    path: Mapping[str, str]
    query: Mapping[str, Any]
    method: str
    headers: Headers
    body: Body
    words: tuple[str, ...]
    webhooks: tuple[Endpoint, ...]
    noted: dict[str, str]
    requests_mode: RequestsMode = RequestsMode.STRICT

    @property
    def files_to_check(self) -> Mapping[str, Upload]:
        """The files whose content has to be what their fields ask for."""
        return {} if self.requests_mode is RequestsMode.EXAMPLE else self.body.files


class Reply(Protocol):
    """An answer is an ASGI application."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""


class Handler(Protocol):
    """Does what one operation means."""

    async def __call__(self, request: Inbound, /) -> Reply:
        """Answer a checked request, or raise ApiError."""


class JsonReply:
    """A JSON answer; two messages and nothing computed that is not sent.

    ``deliberate``: it breaks the contract on purpose, and checking answers leaves it alone.
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
        """Send the answer."""
        if self.deliberate:
            scope[DELIBERATE] = True
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})
