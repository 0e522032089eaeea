"""Recording: an answer goes on as it was made, once its request is noted, head and body as one."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mock_server.http.exchange import EXCHANGE, Exchange
from mock_server.http.recording import Recorder
from mock_server.journal import JournalLimits
from mock_server.journal.headers import KeptHeaders
from mock_server.stores.memory import MemoryStore
from tests.mock_server.exchanges import exchange, head

HEAD: Message = {"type": "http.response.start", "status": 200, "headers": []}
PART: Message = {"type": "http.response.body", "body": b"a", "more_body": True}
LAST: Message = {"type": "http.response.body", "body": b"b"}
NOTED = {"type": "noted"}


def recorded(messages: Sequence[Message], *, breaks: bool = False) -> list[Message]:
    """What is sent on, and when the request is noted, of an answer that may break off."""
    seen: list[Message] = []

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        for message in messages:
            await send(message)
        if breaks:
            raise OSError

    async def send(message: Message) -> None:
        seen.append(message)

    def watch(_exchange: Exchange) -> None:
        seen.append(NOTED)

    application = Recorder(
        app,
        journals=MemoryStore(),
        limits=JournalLimits(0),
        headers=KeptHeaders(),
        observers=(watch,),
    )
    with suppress(OSError):
        asyncio.run(_called(application, send))
    return seen


async def _called(application: ASGIApp, send: Send) -> None:
    scope = {**head(), EXCHANGE: exchange()}
    await application(scope, asyncio.Queue[Message]().get, send)


@pytest.mark.parametrize(
    ("messages", "seen"),
    [
        ([HEAD, LAST], [NOTED, HEAD, LAST]),
        ([HEAD, PART, LAST], [HEAD, PART, NOTED, LAST]),
        ([HEAD, PART], [HEAD, PART, NOTED]),
        ([HEAD], [NOTED, HEAD]),
        ([], [NOTED]),
    ],
    ids=["whole", "in parts", "broken off", "a head alone", "nothing"],
)
def test_an_answer_is_noted_before_it_is_whole(
    messages: Sequence[Message], seen: Sequence[Message]
) -> None:
    """A client that has received a whole response finds its request in the journal."""
    assert recorded(messages) == seen


def test_what_fails_is_noted_too() -> None:
    """A response that fails is sent up to the failure, and recorded once."""
    assert recorded([HEAD, PART], breaks=True) == [HEAD, PART, NOTED]
    assert recorded([HEAD], breaks=True) == [NOTED, HEAD]
