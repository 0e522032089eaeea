"""Checks of the letter of a response: strict JSON, and headers that are single and make sense."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from contract_tests.checks.aspects import Aspect, every, is_open_read, only
from contract_tests.checks.breaches import (
    breach,
    is_refusal,
    is_success,
    operation_of,
    place_of,
)
from contract_tests.checks.check import having, passive, probe
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.guard.forwarding import GZIP
from contract_tests.wire.exchange import Exchange, Request
from contract_tests.wire.session import Session
from openapi.contract.evidence import Evidence
from openapi.contract.requests import JSON
from openapi.documents.text import visible

_BOM = b"\xef\xbb\xbf"
_CHARSET = re.compile(r";\s*charset=\"?([^\";\s]+)", re.IGNORECASE)
# Headers that an answer has at most once (RFC 9110, 5.3; those without a list in their grammar).
_SINGLE = frozenset(
    {
        *("content-type", "content-length", "content-range", "content-location", "location"),
        *("date", "etag", "last-modified", "expires", "age", "retry-after", "x-request-id"),
        *("access-control-allow-origin", "access-control-allow-credentials"),
    }
)
_FILE_NAME = re.compile(r"filename\*?=(\"[^\"]*\"|[^;]*)", re.IGNORECASE)
_OUTSIDE = re.compile(r"[/\\]|%2f|%5c", re.IGNORECASE)
_SECONDS = re.compile(r"[0-9]{1,18}")
_DAY_S = 86_400
_DATE = re.compile(r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT")
_MAX_AGE = re.compile(r"max-age=\"?0*[1-9]")
_SHOWN = 80
# How often an error must end the connection before it is no chance.
_ROUNDS = 3
_PREFERENCES: Mapping[str, str] = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": GZIP,
    "X-HTTP-Method-Override": "PUT",
}


class _LooseJsonError(ValueError):
    """Text that strict JSON does not allow; the message says what."""


@passive(
    aspect=Aspect.SYNTAX, at=every, source="RFC 8259, 4, 6 and 8.1", evidence=Evidence.VERIFIED
)
def strict_json(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    """JSON is UTF-8 without a byte order mark, with numbers that exist and each key once."""
    kind = exchange.reply.header("content-type") or ""
    if exchange.reply.media_type != JSON or not exchange.reply.body:
        return
    for key, received in _looseness(exchange.reply.body, kind):
        yield breach(exchange, "JSON as RFC 8259 has it", received, key=key,
                     operation=place_of(contract, exchange))  # fmt: skip


def _looseness(body: bytes, kind: str) -> Iterator[tuple[str, str]]:
    charset = _CHARSET.search(kind)
    if charset and charset[1].lower() not in ("utf-8", "utf8"):
        yield "charset", f"Content-Type: {visible(kind[:_SHOWN])}"
    if body.startswith(_BOM):
        yield "mark", "a byte order mark before it"
    try:
        text = body.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        yield "bytes", f"bytes that are no UTF-8: {body[error.start : error.start + 4]!r}"
        return
    try:
        json.loads(text, object_pairs_hook=_each_key_once, parse_constant=_no_constant)
    except _LooseJsonError as error:
        yield "text", str(error)
    except (ValueError, RecursionError):
        if _is_in_another_coding(body):
            yield "bytes", "JSON in another coding than UTF-8"


def _is_in_another_coding(body: bytes) -> bool:
    """Whether bytes that are no JSON in UTF-8 are JSON in UTF-16 or UTF-32."""
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _each_key_once(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    count = Counter(name for name, _ in pairs)
    repeated = [name for name, times in count.items() if times > 1]
    if repeated:
        raise _LooseJsonError(f"the key {visible(json.dumps(repeated[0])[:_SHOWN])} twice")
    return dict(pairs)


def _no_constant(name: str) -> None:
    raise _LooseJsonError(f"the number {name}")


@passive(
    aspect=Aspect.HEADERS,
    at=every,
    source="RFC 9110, 5.3, 6.6.1 and 10.2.3",
    evidence=Evidence.VERIFIED,
)
def header_values(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    """A header with one value stands once, its times make sense, and it names no file elsewhere."""
    where = place_of(contract, exchange)
    count = Counter(name.lower() for name, _ in exchange.reply.headers)
    for name in sorted(_SINGLE):
        if count[name] > 1:
            yield breach(exchange, f"the header {name} once", f"{count[name]} times",
                         operation=where, key=f"repeated {name}")  # fmt: skip
    file = _FILE_NAME.search(exchange.reply.header("content-disposition") or "")
    if file and _OUTSIDE.search(file[1]):
        yield breach(exchange, "the name of a file, without folders",
                     f"Content-Disposition: {visible(file[0][:_SHOWN])}", operation=where,
                     key="file name", source="RFC 6266, 4.3",
                     evidence=Evidence.INFERRED)  # fmt: skip
    after, date = exchange.reply.header("retry-after"), exchange.reply.header("date")
    if after is not None and not _is_sensible_delay(after):
        yield breach(exchange, "Retry-After in seconds, a day at most, or as a date",
                     f"Retry-After: {visible(after[:_SHOWN])}", operation=where,
                     key="retry-after")  # fmt: skip
    if date is not None and not _is_now(date, exchange.at_s):
        yield breach(exchange, "Date with the present time, as RFC 9110 writes it",
                     f"Date: {visible(date[:_SHOWN])}", operation=where, key="date")  # fmt: skip


def _is_sensible_delay(value: str) -> bool:
    if _SECONDS.fullmatch(value.strip()):
        return int(value) <= _DAY_S
    return _moment(value) is not None


def _is_now(value: str, at_s: float) -> bool:
    moment = _moment(value)
    return moment is not None and (not at_s or abs(moment.timestamp() - at_s) <= _DAY_S)


def _moment(value: str) -> datetime | None:
    if not _DATE.fullmatch(value.strip()):
        return None
    try:
        return parsedate_to_datetime(value).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@passive(
    aspect=Aspect.HEADERS,
    at=every,
    source="RFC 9111, 3.5 and 4.2; good practice: a cached poll shows a job as it was",
    evidence=Evidence.INFERRED,
)
def caching(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    """No cache may keep a job or an error: not for others, and not for a time."""
    value = (exchange.reply.header("cache-control") or "").lower()
    operation = operation_of(contract, exchange)
    kept = "public" in value or _MAX_AGE.search(value)
    if not kept or "no-store" in value or "no-cache" in value or operation is None:
        return
    shows_jobs = "{" in operation.path or operation.id == "listVideos"
    changes = exchange.reply.media_type == JSON and shows_jobs
    if changes or not is_success(exchange):
        yield breach(exchange, "no Cache-Control that allows to keep it",
                     f"Cache-Control: {visible(value[:_SHOWN])}", key="cache")  # fmt: skip


def _refused(session: Session) -> list[str]:
    """Two requests for a job that does not exist."""
    if not session.contract.has("retrieveVideo"):
        return []
    return [session.contract.operation("retrieveVideo").fill(video_id=session.absent_id())] * 2


def _first_open_read(contract: TargetContract) -> Iterable[str]:
    return [each.id for each in contract.operations if is_open_read(each)][:1]


def _first_reads(contract: TargetContract) -> Iterable[str]:
    return [*_first_open_read(contract), "retrieveVideo"]


@probe(
    aspect=Aspect.HEADERS,
    at=_first_reads,
    source="openai-python shows the request id to report; good practice: it names one exchange",
    evidence=Evidence.INFERRED,
)
def request_ids_differ(session: Session) -> Iterator[Breach]:
    """Every answer has a request id of its own."""
    name = session.contract.dialect.headers.request_id
    seen: set[str] = set()
    for operation in map(session.contract.operation, _first_open_read(session.contract)):
        for target in (operation.path, operation.path, *_refused(session)):
            exchange = session.send(Request("GET", target))
            found = exchange.reply.header(name)
            if found is not None and found in seen:
                again = f"{name}: {visible(found[:_SHOWN])} once more"
                yield breach(exchange, f"{name} that no other answer has", again, key="same")
            seen.add(found or "")


@probe(
    aspect=Aspect.HEADERS,
    at=only("retrieveVideo"),
    source="RFC 9112, 9.3: connections persist; good practice: an error in a request ends none",
    evidence=Evidence.INFERRED,
    applies=having("retrieveVideo"),
)
def connections_kept(session: Session) -> Iterator[Breach]:
    """A connection outlives a refusal as it outlives a success."""
    absent, *_ = _refused(session)
    for operation in map(session.contract.operation, _first_open_read(session.contract)):
        successes = [session.send(Request("GET", operation.path))]
        refusals: list[Exchange] = []
        for _ in range(_ROUNDS):
            refusals.append(session.send(Request("GET", absent)))
            successes.append(session.send(Request("GET", operation.path)))
        if not all(map(is_success, successes)) or not all(map(is_refusal, refusals)):
            return
        is_general = any(
            _closes(each, after) for each, after in zip(successes, refusals, strict=False)
        )
        if not is_general and all(map(_closes, refusals, successes[1:])):
            yield breach(refusals[0], "a connection that is left open, as after a success",
                         "the connection is closed after every refusal", key="closed")  # fmt: skip


def _closes(exchange: Exchange, after: Exchange) -> bool:
    """Whether a response ended its connection, as it says or as the next request shows."""
    said = (exchange.reply.header("connection") or "").lower()
    return "close" in said or after.reply.reconnected or after.reply.broken > 0


@probe(
    aspect=Aspect.SYNTAX,
    at=_first_reads,
    source="RFC 9110, 12.5.1: */* takes JSON; good practice: one form for all callers",
    evidence=Evidence.INFERRED,
)
def preferences(session: Session) -> Iterator[Breach]:
    """Who also takes HTML or gzip, or names another method in a header, gets the same JSON."""
    reads = [session.contract.operation(each).path for each in _first_open_read(session.contract)]
    for target in (*reads, *_refused(session)[:1]):
        usual = session.send(Request("GET", target))
        for name, value in _PREFERENCES.items():
            request = Request("GET", target).with_headers(**{name: value})
            exchange = session.send(request)
            kind = exchange.reply.media_type
            if exchange.status != usual.status or kind != usual.reply.media_type:
                expected = f"{usual.status} {usual.reply.media_type}, as without {name}"
                yield breach(exchange, expected, f"{exchange.status} {visible(kind[:_SHOWN])}",
                             key=name.lower())  # fmt: skip
