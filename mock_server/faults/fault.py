"""The base of all faults, which act between a checked request and its response.

A fault is a frozen dataclass. Its fields are its settings, and the limits of a setting are metadata
of its field, from which the command line, the control API and the documents take them. A fault
knows no job, no store and no other fault. It raises errors as ``ApiError``, which are rendered like
every other error.
"""

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

import orjson
from starlette.types import Message, Send

Proceed = Callable[[Send], Awaitable[None]]
Facts = dict[str, int]

# The most characters of a setting that is a name or a code, and of one that is a sentence.
LONGEST_WORD, LONGEST_TEXT = 256, 2000
# A day.
RETRY_AFTER_MS = {"minimum": 0, "maximum": 86_400_000}
# Responses with these statuses have no body.
_BODYLESS = (204, 205, 304)
# The operations that faults can be limited to; a test compares them with the contract.
CREATES = ("createVideo", "createUnifiedVideo", "remixVideo", "editVideo", "extendVideo")
READS = ("retrieveVideo", "queryUnifiedVideo", "listVideos", "downloadVideoContent")
LIST_MODELS = "listModels"
# Of a described job's operations, by their role, which ones the same faults are used on.
COUNTERPARTS = {
    "create": "createVideo",
    "read": "retrieveVideo",
    "result": "downloadVideoContent",
    "delete": "deleteVideo",
}
OPERATIONS = (
    *CREATES,
    *READS,
    "deleteVideo",
    "createVideoCharacter",
    "getVideoCharacter",
    "createSoraCharacter",
    LIST_MODELS,
    "listWebhookEndpoints",
    "createWebhookEndpoint",
    "retrieveWebhookEndpoint",
    "updateWebhookEndpoint",
    "deleteWebhookEndpoint",
    "testWebhookEndpoint",
    "rotateWebhookSecret",
    "listWebhookEventTypes",
)


def setting(default: Any, **limits: Any) -> Any:
    """A field of a fault with its limits, as keywords of JSON Schema."""
    return field(default=default, metadata=limits)


def status_setting(default: int | None) -> Any:
    """A field for the status of a response with a body."""
    return setting(default, minimum=200, maximum=599, **{"not": {"enum": list(_BODYLESS)}})


@dataclass(frozen=True, slots=True)
class Subject:
    """The id of a request's operation, and the model and the prompt if it creates a job.

    For an operation of a described job it is that of its counterpart.
    """

    operation: str
    model: str | None = None
    prompt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultContext:
    """One request that a fault is used on.

    ``proceed`` handles the request and sends the response to the given ``send``. ``now`` is the
    instant of the tenant's clock in milliseconds, ``wall_ms`` converts a span of that clock to real
    time, ``chance`` is a random source. ``facts`` is the memory of the fault after this request,
    and ``spared`` the result of ``Fault.spares``. ``turn_back`` lets handlers see an earlier
    instant, ``drop`` closes the connection.
    """

    subject: Subject
    send: Send
    proceed: Proceed
    now: int
    wall_ms: Callable[[int], int]
    chance: random.Random
    facts: Mapping[str, int]
    spared: bool
    turn_back: Callable[[int], None]
    drop: Callable[[], Awaitable[None]]


class Fault(Protocol):
    """One kind of fault."""

    __dataclass_fields__: ClassVar[dict[str, Any]]
    kind: ClassVar[str]
    summary: ClassVar[str]
    # Settings of which at least one must be given; empty if all have useful defaults.
    needs: ClassVar[tuple[str, ...]] = ()

    def concerns(self, subject: Subject) -> bool:
        """Whether the fault applies to such a request; most apply to all."""
        return True

    def proceeds(self, _subject: Subject, _spared: bool, /) -> bool:
        """Whether further faults and the handler of the request still run.

        ``spared`` is the result of ``spares``.
        """
        return True

    def spares(self, _facts: Facts, _now: int, /) -> bool:
        """Update the memory ``facts`` for a request; return True to leave that request alone.

        A fault that counts requests does it here: calls for one tenant never overlap.
        """
        return False

    async def __call__(self, context: FaultContext) -> None:
        """Respond to the request, or break the response."""


class NoAnswerError(Exception):
    """The connection was dropped further in, so there is no response to change."""


@dataclass(slots=True)
class Answer:
    """A complete response that can be changed before it is sent."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def with_header(self, name: bytes, value: bytes) -> None:
        """Set a header, replacing earlier values."""
        self.headers = [(key, held) for key, held in self.headers if key != name]
        self.headers.append((name, value))

    async def send_to(self, send: Send) -> None:
        """Send the response with its present length."""
        await self.begin(send)
        await send({"type": "http.response.body", "body": self.body})

    async def begin(self, send: Send) -> None:
        """Send status and headers with the present length; ``pass_piece`` sends the body."""
        self.with_header(b"content-length", str(len(self.body)).encode())
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})

    def json(self) -> dict[str, Any] | None:
        """The body as a JSON object, or None if it is not one."""
        try:
            content = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None
        return content if isinstance(content, dict) else None


async def pass_piece(send: Send, piece: bytes) -> None:
    """Send a part of a body of which more follows."""
    await send({"type": "http.response.body", "body": piece, "more_body": True})


async def answer_of(context: FaultContext) -> Answer:
    """Handle the request and return the response without sending it.

    Raises:
        NoAnswerError: the connection was dropped instead.
    """
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await context.proceed(keep)
    if not messages:
        raise NoAnswerError
    start: dict[str, Any] = dict(messages[0])
    body = b"".join(message.get("body", b"") for message in messages[1:])
    return Answer(start["status"], list(start["headers"]), body)


def retry_after(wait_ms: int) -> dict[str, str]:
    """Both headers with which clients are asked to wait; seconds are rounded up."""
    return {"Retry-After": str(-(-wait_ms // 1000)), "retry-after-ms": str(wait_ms)}
