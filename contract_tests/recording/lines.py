"""One exchange as a line of ``traffic.jsonl``, and the headers that it keeps."""

import re
from collections.abc import Iterator
from typing import Any, Final

from contract_tests.recording import times
from contract_tests.recording.bodies import Kept, kept_body
from contract_tests.recording.references import shape_of
from contract_tests.recording.sanitiser import SECRET, Place, Sanitiser
from contract_tests.wire.exchange import BEARER, Exchange, Headers

# A request with our own key in its place; anything else under this header is hidden.
AUTHORIZATION: Final = "authorization"
HIDDEN: Final = "<hidden>"
# The values of these headers stay, as far as they hold nothing personal. Of others the name stays.
SENT_HEADERS: Final = frozenset(
    {
        "accept",
        "content-type",
        "content-length",
        "range",
        "if-none-match",
        "if-modified-since",
        "if-match",
        "if-unmodified-since",
        "if-range",
        "prefer",
        "user-agent",
        "x-stainless-lang",
        "x-stainless-retry-count",
        "x-stainless-poll-helper",
        "origin",
        "x-stainless-custom-poll-interval",
        "idempotency-key",
        "expect",
    }
)
RECEIVED_HEADERS: Final = frozenset(
    {
        "accept-ranges",
        "age",
        "allow",
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-length",
        "content-range",
        "content-type",
        "date",
        "deprecation",
        "etag",
        "expires",
        "last-modified",
        "link",
        "location",
        "openai-poll-after-ms",
        "openai-processing-ms",
        "openai-version",
        "pragma",
        "retry-after",
        "retry-after-ms",
        "server",
        "sunset",
        "transfer-encoding",
        "vary",
        "via",
        "www-authenticate",
        "x-content-type-options",
        "x-should-retry",
        "access-control-allow-origin",
        "access-control-allow-credentials",
        "access-control-allow-methods",
        "access-control-allow-headers",
        "strict-transport-security",
    }
)
_KEPT_ENDINGS = ("-version", "-poll-after-ms")
_KEPT_STARTS = ("x-ratelimit-", "ratelimit-", "x-rate-limit-")
_IDS = ("request-id", "trace-id", "requestid", "correlation-id", "cf-ray", "idempotency-key")
_TIMES = frozenset(
    {
        "if-unmodified-since",
        "if-range",
        "date",
        "last-modified",
        "expires",
        "retry-after",
        "sunset",
        "if-modified-since",
    }
)
_ETAGS = frozenset({"etag", "if-match", "if-none-match", "if-range"})
_RANGE = re.compile(r"\w{1,20}[= ][\d,*/ -]{1,200}", re.ASCII)
_LONGEST_SENDER = 60


def line_of(
    exchange: Exchange, number: int, sanitiser: Sanitiser
) -> tuple[dict[str, Any], list[bytes]]:
    """The data of a line, and the blobs that it names."""
    request, reply = exchange.request, exchange.reply_or_none
    at_s = exchange.at_s - sanitiser.start_s
    instants = (exchange.at_s,)
    sent = Place(kind=_kind(exchange.operation, request.path), sent=True, instants_s=instants)
    kind = request.header("content-type") or ""
    body = kept_body(request.body, kind, sent, sanitiser)
    data: dict[str, Any] = {
        "n": number,
        "at": round(at_s, 3),
        "sender": exchange.sender[:_LONGEST_SENDER],
        "operation": exchange.operation,
        "request": {
            "method": request.method,
            "target": sanitiser.target(request.target, sent),
            "headers": list(_headers(request.headers, sent, sanitiser)),
            "body": body.data,
        },
    }
    blobs = _blobs(body)
    if reply is not None:
        received = Place(kind=sent.kind, fails=reply.status >= 400, instants_s=instants)
        got = kept_body(reply.body, reply.header("content-type") or "", received, sanitiser)
        data["reply"] = {
            "status": reply.status,
            "headers": list(_headers(reply.headers, received, sanitiser)),
            "body": got.data,
            "elapsed": round(reply.elapsed_s, 3),
            "first": round(reply.first_s, 3),
        }
        blobs += _blobs(got)
    trouble = exchange.trouble or (reply.undecoded if reply else "")
    if trouble:
        data["trouble"] = sanitiser.message(trouble)
    if new := sanitiser.references.take_new():
        data["new"] = dict(new)
    return data, blobs


def _blobs(body: Kept) -> list[bytes]:
    return [] if body.blob is None else [body.blob]


def _kind(operation: str, path: str) -> str:
    """The kind of the objects of an operation, for their ids."""
    for word in ("model", "character", "webhook"):
        if word in f"{operation} {path}".lower():
            return word
    return "video"


def _headers(headers: Headers, place: Place, sanitiser: Sanitiser) -> Iterator[list[str]]:
    known = SENT_HEADERS if place.sent else RECEIVED_HEADERS
    for given, value in headers:
        name = given.lower()
        if name == AUTHORIZATION:
            yield [name, value if value == BEARER else _scheme(value)]
        elif not _is_plain(name):
            yield [HIDDEN, HIDDEN]
        elif name.endswith(_IDS):
            yield [name, sanitiser.id(value, "request", place)]
        elif name in known or name.endswith(_KEPT_ENDINGS) or name.startswith(_KEPT_STARTS):
            yield [name, _kept(name, value, sanitiser)]
        else:
            yield [name, HIDDEN]


def _kept(name: str, value: str, sanitiser: Sanitiser) -> str:
    if name == "content-type":
        kind, _, parameters = value.partition(";")
        return kind.strip() if "boundary" in parameters else sanitiser.message(value)
    if name.endswith("range") and _RANGE.fullmatch(value):
        return value
    if name in _ETAGS and not times.time_of(value):
        return (
            sanitiser.references.of("etag", value, _etag_shape(value))
            if value not in ("", "*")
            else value
        )
    if name in _TIMES and (time := sanitiser.time(value, Place(name=name))):
        return time
    if name == "location":
        return sanitiser.url(value)
    return sanitiser.message(value)


def _etag_shape(value: str) -> str:
    inner = value.removeprefix("W/").strip('"')
    return value.replace(inner, shape_of(inner)) if inner and shape_of(inner) else ""


def _scheme(value: str) -> str:
    """A credential without itself: its scheme, where it has a usual one."""
    scheme = value.partition(" ")[0]
    is_usual = scheme.lower() in ("bearer", "basic", "digest", "apikey")
    return f"{scheme} {SECRET}" if is_usual and " " in value else SECRET


def _is_plain(name: str) -> bool:
    return len(name) <= 60 and name.replace("-", "").replace("_", "").isalnum() and name.isascii()
