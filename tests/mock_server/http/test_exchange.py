"""One object holds everything about a request, and one renders the errors that end it."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from mock_server.app import build_server
from mock_server.domain.clock import ManualClock
from mock_server.http.error_responses import ErrorResponse
from mock_server.http.exchange import EXCHANGE
from mock_server.settings import Settings
from tests.mock_server.exchanges import head
from tests.mock_server.inprocess import START_MS, Fake
from tests.mock_server.samples import SORA

# What Connexion and Starlette's router write into a scope.
OF_FRAMEWORKS = {"app", "app_root_path", "endpoint", "path_params", "root_path", "route", "router"}
REQUESTS = (
    ("POST", "/v1/videos"),
    ("GET", "/v1/videos"),
    ("GET", "/v1/nothing"),
    ("GET", "/media/a/b/c.mp4"),
    ("GET", "/docs/"),
    ("GET", "/_mock/health"),
    ("GET", "/_mock/world"),
)


class Spy:
    """A server whose requests' scopes are kept, as they were before and after."""

    def __init__(self) -> None:
        self.seen: list[tuple[set[str], Scope]] = []
        self.server = build_server(Settings(validate_responses=True), ManualClock(START_MS))
        self.watched = replace(self.server, application=self._keep)

    async def _keep(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.seen.append((set(scope), scope))
        await self.server.application(scope, receive, send)


@pytest.fixture(scope="module")
def spy() -> Iterator[tuple[Spy, Fake]]:
    """A server, and what talks to it."""
    spy = Spy()
    with asyncio.Runner() as runner:
        yield spy, Fake(spy.watched, ManualClock(START_MS), runner)


@pytest.mark.parametrize(("method", "path"), REQUESTS)
def test_the_exchange_is_the_only_key_in_the_scope(
    spy: tuple[Spy, Fake], method: str, path: str
) -> None:
    """Whatever a request is for, nothing else of this project is added to its scope."""
    seen, fake = spy
    with fake.client("sk-exchange") as client:
        client.request(method, path, json=SORA if method == "POST" else None)
    before, scope = seen.seen[-1]

    assert set(scope) - before - OF_FRAMEWORKS - {"extensions"} == {EXCHANGE}
    assert not [key for key in scope.get("extensions", {}) if "video_gateway" in key]


@pytest.mark.parametrize("path", ["/_mock/world", "/_mock/health", "/v1/videos"])
def test_a_response_has_one_id_and_it_is_that_of_the_exchange(
    spy: tuple[Spy, Fake], path: str
) -> None:
    """The control API uses the exchange that was created before it was reached."""
    seen, fake = spy
    with fake.client("sk-exchange") as client:
        ids = client.get(path).headers.get_list("x-request-id")
    _, scope = seen.seen[-1]

    assert ids == [scope[EXCHANGE].request_id]


@pytest.mark.parametrize("with_body", [True, False])
def test_an_error_is_the_same_for_a_server_and_as_bytes(with_body: bool) -> None:
    """Both renderings have the status, the body and all headers; the bytes close the connection."""
    response = ErrorResponse(429, {"Retry-After": "3"}, b'{"error": {}}')
    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    asyncio.run(_called(response, send))
    sent: dict[str, Any] = dict(messages[0])
    raw = response.raw([(b"date", b"today")], [(b"x-request-id", b"req_1")], with_body=with_body)
    start, *lines = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")

    assert start == b"HTTP/1.1 429 Too Many Requests"
    assert (sent["status"], messages[1]["body"]) == (429, response.body)
    headers = [tuple(line.split(b": ")) for line in lines]
    own = [line for line in headers if line in sent["headers"]]
    assert own == sent["headers"]
    assert [line for line in headers if line not in own] == [
        (b"date", b"today"),
        (b"connection", b"close"),
        (b"x-request-id", b"req_1"),
    ]
    assert raw.endswith(response.body) is with_body


async def _called(response: ErrorResponse, send: Send) -> None:
    await response(head(), asyncio.Queue[Message]().get, send)
