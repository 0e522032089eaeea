"""What the guard does with a request that it sends, and with its response."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request as Asked
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp

from contract_tests.checks.protocol import reply_syntax
from contract_tests.guard.connection import RunLimits
from contract_tests.guard.guard import Guard
from contract_tests.guard.keys import TAKEN_OUT, Keys
from contract_tests.guard.policy import Limits
from contract_tests.wire.exchange import KEY, OTHER_KEY, Request
from contract_tests.wire.session import RefusedError, UnansweredError
from tests.contract_tests.connections import (
    CONTRACT,
    CREATE,
    INVALID,
    READ,
    REAL_KEY,
    REAL_OTHER,
    connected,
    live,
)
from tests.contract_tests.gateways import Dropping, Hasty, stub


class Noted:
    """A pause that ends at once and is recorded."""

    def __init__(self) -> None:
        """Start without any."""
        self.waits: list[float] = []

    async def __call__(self, seconds: float) -> None:
        """Record a wait."""
        self.waits.append(seconds)


def answers(*replies: Response) -> tuple[list[Asked], ASGIApp]:
    """An application that gives these replies in turn, the last for ever; what it was asked."""
    asked: list[Asked] = []

    async def answer(request: Asked) -> Response:
        asked.append(request)
        return replies[min(len(asked), len(replies)) - 1]

    return asked, stub(answer)


def test_the_key_is_put_in_and_taken_out() -> None:
    """The target gets the real key, and a reply that repeats it comes without it."""

    async def echo(asked: Asked) -> Response:
        sent = asked.headers.get("authorization", "none")
        return Response(f'{{"you": "{sent}"}}', headers={"x-echo": sent})

    with connected(stub(echo), Limits()) as found:
        own = found.session.send(READ).reply
        other = found.session.send(READ.with_headers(authorization=f"bearer {OTHER_KEY}")).reply
        none = found.session.send(READ.with_headers(authorization=None)).reply
        wrong = found.session.send(READ.with_headers(authorization="Bearer sk-wrong")).reply
        kept = repr(found.guard.exchanges)

    assert own.object == {"you": f"Bearer {TAKEN_OUT}"}
    assert own.header("x-echo") == f"Bearer {TAKEN_OUT}"
    assert other.object == {"you": f"bearer {TAKEN_OUT}"}
    assert (none.object, wrong.object) == ({"you": "none"}, {"you": "Bearer sk-wrong"})
    assert REAL_KEY not in kept
    assert REAL_OTHER not in kept


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=6, max_size=60))
def test_no_key_is_ever_shown(key: str) -> None:
    """A key of any characters is in no text that went through, nor in what its holder says."""
    secret = f"sk-{key}"
    keys = Keys({KEY: secret})

    assert secret not in keys.take_out(f"a {secret} b")
    assert secret.encode() not in keys.take_out_of_bytes(b"a" + secret.encode())
    assert secret not in repr(keys)
    sent = keys.put_in(Request("GET", "/", (("Authorization", f"Bearer {KEY}"),)))
    assert sent.headers == (("Authorization", f"Bearer {secret}"),)


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_the_key_is_put_in_wherever_its_placeholder_stands() -> None:
    """The target gets the real key in a query, a cookie, a body and the base64 of Basic."""
    secret = "sk-a/b 0123456789"
    basic = f"Basic {_coded(f'user:{KEY}')}"
    request = Request("POST", f"/?key={KEY}", (("cookie", f"a={KEY}"), ("a", basic)), KEY.encode())
    sent = Keys({KEY: secret}).put_in(request)

    assert sent.target == "/?key=sk-a%2Fb%200123456789"
    assert sent.headers == (("cookie", f"a={secret}"), ("a", f"Basic {_coded(f'user:{secret}')}"))
    assert sent.body == secret.encode()


@pytest.mark.parametrize(
    "form",
    [
        str.upper,
        str.lower,
        lambda key: key.encode().hex(),
        _coded,
        lambda key: _coded(f"a{key}z"),
        lambda key: _coded(f"ab{key}z"),
        lambda key: quote(key, safe=""),
    ],
)
def test_the_key_is_taken_out_in_every_coding(form: Callable[[str], str]) -> None:
    """A key in capitals, hexadecimal digits, base64 or percent-encoded is recognised."""
    assert TAKEN_OUT in Keys({KEY: "sk-Real/0123456789"}).take_out(form("sk-Real/0123456789"))


def test_a_short_key_is_not_looked_for_in_other_codings() -> None:
    """What a few letters are in hexadecimal digits may be a part of any id."""
    assert Keys({KEY: "sk-1"}).take_out("736b2d31") == "736b2d31"


@pytest.mark.parametrize(
    ("headers", "wait"), [({"retry-after": "7"}, 7.0), ({"retry-after-ms": "250"}, 0.25)]
)
def test_a_rate_limit_is_obeyed(headers: dict[str, str], wait: float) -> None:
    """After 429 the guard waits as long as the response says and sends the request again."""
    asked, application = answers(Response(status_code=429, headers=headers), Response("{}"))
    with connected(application, live(0)) as found:
        pause = found.guard.pause = Noted()
        exchange = found.session.send(READ)

    assert (exchange.status, pause.waits, len(asked)) == (200, [wait], 2)


def test_a_rate_limit_without_end_is_passed_on() -> None:
    """A request that is always answered with 429 is not repeated for ever."""
    asked, application = answers(Response(status_code=429, headers={"retry-after": "1"}))
    with connected(application, Limits()) as found:
        found.guard.pause = Noted()
        assert found.session.send(READ).status == 429

    assert len(asked) == 6


def test_a_rate_is_kept() -> None:
    """Between two requests there is the time that the rate demands."""
    _, application = answers(Response("{}"))
    run_limits = RunLimits(limits=Limits(), rate=0.001)
    with connected(application, Limits(), run_limits) as found:
        pause = found.guard.pause = Noted()
        for _ in range(3):
            found.session.send(READ)

    assert [900 < wait <= 1000 for wait in pause.waits] == [True, True]


def test_a_reply_that_never_ends_is_given_up() -> None:
    """A response without an end is given up after the timeout, and counts as none."""

    async def endless(_asked: Asked) -> Response:
        async def parts() -> AsyncIterator[bytes]:
            await asyncio.Event().wait()
            yield b""  # pragma: no cover

        return StreamingResponse(parts())

    run_limits = RunLimits(limits=Limits(), timeout_s=0.05)
    with (
        connected(stub(endless), Limits(), run_limits) as found,
        pytest.raises(UnansweredError) as caught,
    ):
        found.session.send(READ)

    assert "no complete reply within 0.05 s" in str(caught.value)


def test_a_reply_that_is_too_long_is_given_up() -> None:
    """A response above the limit in bytes counts as none."""
    _, application = answers(Response(b"x" * 100))
    run_limits = RunLimits(limits=Limits(), most_bytes=99)
    caught = pytest.raises(UnansweredError, match="longer than 99 bytes")
    with connected(application, Limits(), run_limits) as found, caught:
        found.session.send(READ)


@pytest.mark.parametrize(("request_", "sent"), [(READ, 3), (CREATE, 1), (INVALID, 1)])
def test_only_a_read_is_sent_again_when_the_connection_breaks(request_: Request, sent: int) -> None:
    """A read is tried three times, and what might make something once."""
    dropping = Dropping()
    with connected(dropping, Limits()) as found, pytest.raises(UnansweredError):
        found.session.send(request_)

    assert dropping.seen == [request_.method] * sent


@pytest.mark.parametrize(("refusals", "sent"), [(0, 3), (4, 7), (5, 20)])
def test_a_target_that_has_shown_to_be_strict_is_asked_again(refusals: int, sent: int) -> None:
    """What must be refused and has no reply stops the third time, unless five were refused."""
    dropping = Dropping(after=refusals)
    with connected(dropping, live(0)) as found:
        for _ in range(refusals + 5):
            with suppress(UnansweredError, RefusedError):
                found.session.send(INVALID)

    assert len(dropping.seen) == sent


def test_a_connection_that_breaks_after_each_error_is_a_finding() -> None:
    """The next request is sent again, and that this was needed is reported."""
    with connected(Hasty(), Limits()) as found:
        found.session.send(Request("GET", "/v1/videos/video_1"))
        after = found.session.send(READ)

    assert after.status == 200
    assert [getattr(each, "key", "") for each in reply_syntax.run(CONTRACT, after)] == ["closed"]


def test_every_exchange_is_recorded_in_order() -> None:
    """The record names sender and operation, and holds nothing that only the guard reads."""
    _, application = answers(Response("{}"))
    with connected(application, Limits()) as found:
        found.session.named("first").send(READ)
        found.session.named("second").send(Request("GET", "/v1/videos?limit=1"))
        guard: Guard = found.guard

    assert [(e.number, e.sender, e.operation) for e in guard.exchanges] == [
        (1, "first", "listModels"),
        (2, "second", "listVideos"),
    ]
    assert _names(guard.exchanges[0].request) == ["authorization"]


def _names(request: Request) -> Sequence[str]:
    return [name for name, _ in request.headers]
