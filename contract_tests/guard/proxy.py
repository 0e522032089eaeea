"""The guard for clients: a proxy on loopback that holds the key and caps what is spent."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Final

from starlette.types import Receive, Scope, Send

from contract_tests.guard.classification import READS
from contract_tests.guard.guard import Guard, Refusal
from contract_tests.guard.server import (
    MOST_BYTES,
    NUMBER,
    VERDICT,
    GuardApp,
    TooLargeError,
    forward_reply,
    read_body,
    request_of,
    respond,
)
from contract_tests.wire.exchange import BEARER, Exchange, Request

CLIENT: Final = "client"
Outcome = Exchange | Refusal
Show = Callable[[Request, Outcome], None]
_UNUSABLE = re.compile(r"[^\t -~]")
_BEARER = re.compile(r"bearer\s+\S", re.IGNORECASE)
_HOSTS = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?", re.IGNORECASE)
_FOREIGN = "the request comes from a web page, or was sent to another host; a program may send it"


class ProxyApp(GuardApp):
    """The guard as clients see it.

    It has the target's responses with the number of the exchange in a header. What is not sent is
    refused with 403, what has no response gets 504, both as an OpenAI error that says why.
    """

    def __init__(self, guard: Guard, show: Show) -> None:
        """Hand every request to ``guard``, and what came of it to ``show``."""
        super().__init__(guard)
        self._show = show

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request of a client."""
        try:
            request = request_of(scope, await read_body(receive))
        except TooLargeError:
            await _fail(send, 413, "too_large", f"the body is longer than {MOST_BYTES} bytes")
            return
        outcome: Outcome = Refusal(_FOREIGN)
        if _is_of_a_program(request):
            outcome = await self.guard.handle(_with_our_key(request), CLIENT)
        self._show(request, outcome)
        if isinstance(outcome, Refusal):
            await _fail(send, 403, "not_sent", f"not sent: {outcome.why}")
        elif outcome.reply_or_none is None:
            may_repeat = request.method in READS
            number = (NUMBER, str(outcome.number))
            await _fail(send, 504, "no_response", outcome.trouble, number, may_repeat=may_repeat)
        else:
            await forward_reply(send, outcome, outcome.reply_or_none)


def _is_of_a_program(request: Request) -> bool:
    """Whether no web page can have made the browser send it, which would spend money."""
    host, site = request.header("host") or "", request.header("sec-fetch-site")
    is_foreign = request.header("origin") is not None or site not in (None, "none")
    return bool(_HOSTS.fullmatch(host)) and not is_foreign


def _with_our_key(request: Request) -> Request:
    """The request with the place of the account's key instead of the client's own key."""
    return Request(request.method, request.target, tuple(_headers(request)), request.body)


def _headers(request: Request) -> Iterator[tuple[str, str]]:
    for name, value in request.headers:
        is_key = name.lower() == "authorization" and _BEARER.match(value)
        yield (name, BEARER if is_key else value)


async def _fail(
    send: Send, status: int, code: str, why: str, *more: tuple[str, str], may_repeat: bool = False
) -> None:
    message = f"gateway-contract guard: {why}"
    error = {"message": message, "type": "guard_error", "param": None, "code": code}
    headers = (
        ("content-type", "application/json"),
        (VERDICT, _UNUSABLE.sub("?", f"{code}; {why}")),
        *more,
        *(() if may_repeat else (("x-should-retry", "false"),)),
    )
    await respond(send, status, headers, json.dumps({"error": error}).encode())
