"""What a fault is: it stands between a checked request and its answer, and sees only that.

House rules: a fault is a frozen dataclass whose fields are its settings; a setting's limits stand
beside it, and all ways of setting faults take them from there. It knows no job, store or other
fault. An error it answers with is raised, so that it is told like every other error.
"""

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

import orjson
from starlette.types import Message, Send

Proceed = Callable[[Send], Awaitable[None]]
Facts = dict[str, int]

# Characters of a setting: a name or a code, and what may be a sentence.
LONGEST_WORD, LONGEST_TEXT = 256, 2000
# A day.
RETRY_AFTER_MS = {"minimum": 0, "maximum": 86_400_000}
# Answers with these have no body.
_BODYLESS = (204, 205, 304)


def setting(default: Any, **limits: Any) -> Any:
    """A field of a fault with its limits, in the words of JSON Schema."""
    return field(default=default, metadata=limits)


def status_setting(default: int | None) -> Any:
    """A field that is the status of an answer with a body."""
    return setting(default, minimum=200, maximum=599, **{"not": {"enum": list(_BODYLESS)}})


@dataclass(frozen=True, slots=True)
class Subject:
    """What a request is about: its operation's id, and the model and the prompt of a create."""

    operation: str
    model: str | None = None
    prompt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request on its way: ``proceed`` has it answered into the given ``send``.

    ``now`` is the tenant's instant in milliseconds, ``wall_ms`` how much real time a span of its
    clock takes, ``chance`` a random source. ``facts`` are what the fault remembers, this request
    included, and ``spared`` says that nothing is to be done to it. ``turn_back`` has it answered as
    of an earlier instant, ``drop`` cuts the connection.
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
    """One way in which an exchange goes wrong."""

    __dataclass_fields__: ClassVar[dict[str, Any]]
    kind: ClassVar[str]
    summary: ClassVar[str]
    # Settings of which whoever sets the fault has to give at least one; none where all have
    # a useful default.
    needs: ClassVar[tuple[str, ...]] = ()

    def concerns(self, subject: Subject) -> bool:
        """Whether it has anything to do with such a request; most have with all."""
        return True

    def proceeds(self, _subject: Subject, _spared: bool, /) -> bool:
        """Whether the request goes on to further faults and to its handler, as most have it do.

        ``spared`` is what ``spares`` said of it.
        """
        return True

    def spares(self, _facts: Facts, _now: int, /) -> bool:
        """Remember a request whose turn it is; whether nothing is done to it.

        Whatever counts requests does it here, where no two requests are at the same time.
        """
        return False

    async def __call__(self, exchange: Exchange) -> None:
        """Answer the exchange, or fail to."""


@dataclass(slots=True)
class Answer:
    """An answer held back whole, to be changed before it is sent."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def with_header(self, name: bytes, value: bytes) -> None:
        """Set a header, replacing what it was."""
        self.headers = [(key, held) for key, held in self.headers if key != name]
        self.headers.append((name, value))

    async def send_to(self, send: Send) -> None:
        """Send it, its length stated anew."""
        await self.begin(send)
        await send({"type": "http.response.body", "body": self.body})

    async def begin(self, send: Send) -> None:
        """Send its status and headers, its length stated anew; ``pass_piece`` sends the body."""
        self.with_header(b"content-length", str(len(self.body)).encode())
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})

    def json(self) -> dict[str, Any] | None:
        """Its body as a JSON object; None where it is none."""
        try:
            content = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None
        return content if isinstance(content, dict) else None


async def pass_piece(send: Send, piece: bytes) -> None:
    """Send a part of a body that goes on."""
    await send({"type": "http.response.body", "body": piece, "more_body": True})


async def answer_of(exchange: Exchange) -> Answer:
    """Let the exchange be answered, and hold the answer back."""
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await exchange.proceed(keep)
    start: dict[str, Any] = dict(messages[0])
    body = b"".join(message.get("body", b"") for message in messages[1:])
    return Answer(start["status"], list(start["headers"]), body)


def retry_after(wait_ms: int) -> dict[str, str]:
    """When to come back, in both headers that clients read; whole seconds are rounded up."""
    return {"Retry-After": str(-(-wait_ms // 1000)), "retry-after-ms": str(wait_ms)}
