"""Thousands of requests that are almost right: none fails the server, and nothing fills it."""

import gc
import tracemalloc
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from starlette.types import Message

from mock_server.app import Server, build_server
from mock_server.faults.active import MOST_FAULTS
from mock_server.http.exchange import EXCHANGE, TRANSPORT, Exchange
from mock_server.journal.journal import JournalLimits
from mock_server.settings import Settings
from mock_server.webhooks.service import MOST_ENDPOINTS
from tests.system.hostile.generated import Generator, Sent

COUNT, WARM_UP = 5000, 2000
JOURNAL = 50
# What all that is kept of a tenant's may take, and of the server besides.
MOST_GROWTH = 8 * 1024 * 1024


class _Connection:
    """A connection that faults may drop."""

    def abort(self) -> None:
        """Nobody is there."""


@pytest.fixture
def server() -> Server:
    """A server that keeps few requests, with a known token."""
    return build_server(
        Settings(seed=1, journal=JournalLimits(JOURNAL), admin_token="an-admin-token")
    )


async def answer(server: Server, sent: Sent) -> tuple[int, dict[bytes, bytes], bytes, bool]:
    """Status, headers and body of the answer, and whether it was spoilt on purpose."""
    got: list[Message] = []
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": sent.method,
        "path": sent.path,
        "raw_path": sent.path.encode("utf-8", "replace"),
        "root_path": "",
        "query_string": sent.query,
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 50_000),
        "headers": list(sent.headers),
        "state": {TRANSPORT: _Connection()},
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": sent.body, "more_body": False}

    async def send(message: Message) -> None:
        got.append(message)

    await server.application(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in got[1:])
    exchange: Exchange = scope[EXCHANGE]
    injected = bool(exchange.faults) or exchange.deliberate
    head: dict[str, Any] = dict(got[0]) if got else {"status": 0, "headers": ()}
    return head["status"], dict(head["headers"]), body, injected


async def complaints(server: Server, requests: Iterator[Sent]) -> list[str]:
    """What is wrong with the answers to these requests."""
    found = []
    for sent in requests:
        status, headers, body, injected = await answer(server, sent)
        if injected:
            continue
        kind = headers.get(b"content-type", b"")
        if not 200 <= status < 500 or (status >= 400 and not isinstance(orjson.loads(body), dict)):
            found.append(f"{sent}: {status} {kind!r} {body[:200]!r}")
    return found


async def kept(server: Server) -> None:
    """Hold what a server keeps to its bounds."""
    for tenant in await server.tenants.tenants():
        state = await server.tenants.read(tenant)
        assert await server.tenants.store.noted(tenant) <= JOURNAL
        assert len(state.faults.faults) <= MOST_FAULTS
        assert len(state.webhooks) <= MOST_ENDPOINTS


@pytest.mark.long
async def test_thousands_of_requests_fail_nothing_and_fill_nothing(server: Server) -> None:
    """Of 5,000 requests and control calls none is answered 5xx but where a fault was asked for."""
    generator = Generator(seed=20)
    found = await complaints(server, (generator.request() for _ in range(WARM_UP)))
    gc.collect()
    tracemalloc.start()
    try:
        rest = (generator.request() for _ in range(COUNT - WARM_UP))
        found += await complaints(server, rest)
        gc.collect()
        grown, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    await kept(server)

    assert found == []
    assert grown < MOST_GROWTH


async def test_the_requests_reach_every_kind_of_answer(server: Server) -> None:
    """They are not all refused at the door: many are carried out, and some are struck by faults."""
    generator = Generator(seed=21)
    answers = [await answer(server, generator.request()) for _ in range(500)]

    assert {200, 400, 401, 403, 404} <= {status for status, *_ in answers}
    assert any(injected for *_, injected in answers)
