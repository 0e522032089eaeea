"""The texts that reports for people share: how often a cause was seen, and its exchange."""

from collections.abc import Iterator

from contract_tests.findings.cause import Cause
from contract_tests.findings.finding import Certainty
from contract_tests.reports.report import redact, redact_header
from contract_tests.wire.exchange import Exchange, Headers

_MOST_CHARACTERS = 4000
_CERTAINTY = {
    Certainty.REPEATED: ", and again when its request was repeated",
    Certainty.ONCE: "; its request was not repeated",
    Certainty.FLAKY: "; not when its request was repeated",
}


def seen(cause: Cause) -> str:
    """How often a cause was seen, in how many findings, and whether it was seen again."""
    times = "once" if cause.occurrences == 1 else f"{cause.occurrences} times"
    many = f" in {len(cause.findings)} findings" if len(cause.findings) > 1 else ""
    return times + many + _CERTAINTY[cause.shown.certainty]


def price(usd: float | None) -> str:
    """A list price in US dollars."""
    return "price unknown" if usd is None else f"${usd:.2f}"


def request_text(exchange: Exchange) -> str:
    """A request as it was sent, without secrets; a long body is cut off."""
    request = exchange.request
    lines = [f"{request.method} {redact(request.target)}", *_headers(request.headers)]
    return "\n".join([*lines, *_body(request.body)])


def reply_text(exchange: Exchange) -> str:
    """A response as it was received, without secrets; a long body is cut off."""
    reply = exchange.reply_or_none
    if reply is None:
        return exchange.trouble or "no response"
    elapsed = f"{reply.status}, complete after {reply.elapsed_s:.3f} s"
    return "\n".join([elapsed, *_headers(reply.headers), *_body(reply.body)])


def _headers(headers: Headers) -> Iterator[str]:
    yield from (f"{name}: {redact_header(name, value)}" for name, value in headers)


def _body(body: bytes) -> Iterator[str]:
    if not body:
        return
    yield ""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        yield f"({len(body)} bytes that are not UTF-8 text)"
        return
    yield redact(text[:_MOST_CHARACTERS])
    if len(text) > _MOST_CHARACTERS:
        yield f"... ({len(body)} bytes in all)"
