"""What a fault is: it stands between a checked request and its answer, and sees only that.

House rules: a fault is a frozen dataclass whose fields are its settings and, at the same time, its
shape in the control API; it knows no job, store or other fault.
"""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from starlette.types import Message, Receive, Scope, Send

Proceed = Callable[[Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request on its way: ``proceed`` has it answered into the given ``send``.

    ``now`` is the tenant's instant in milliseconds, ``chance`` the tenant's random source,
    ``error`` renders an error in the server's envelope, ``drop`` cuts the connection.
    """

    scope: Scope
    receive: Receive
    send: Send
    proceed: Proceed
    now: int
    chance: random.Random
    error: Callable[[int, str, str], bytes]
    drop: Callable[[], None]


class Fault(Protocol):
    """One way in which an exchange goes wrong."""

    __dataclass_fields__: ClassVar[dict[str, Any]]
    kind: ClassVar[str]
    summary: ClassVar[str]

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
        self.with_header(b"content-length", str(len(self.body)).encode())
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})


async def answer_of(exchange: Exchange) -> Answer:
    """Let the exchange be answered, and hold the answer back."""
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await exchange.proceed(keep)
    start: dict[str, Any] = dict(messages[0])
    body = b"".join(message.get("body", b"") for message in messages[1:])
    return Answer(start["status"], list(start["headers"]), body)
