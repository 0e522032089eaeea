"""Derives what responses have in common: headers, the download, operations that are not there."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from statistics import mode
from typing import Any

from contract_tests.deriving.traffic import CREATES, DOWNLOAD, Sample, Traffic
from contract_tests.wire.exchange import Exchange, number
from openapi.dialects.dialect import Dialect

# Headers that servers and proxies set, whatever gateway stands behind them.
_TRANSPORT = frozenset(
    {
        *("content-type", "content-length", "content-encoding", "transfer-encoding", "connection"),
        *("keep-alive", "date", "server", "vary", "via", "age", "etag", "last-modified", "allow"),
        *("accept-ranges", "content-range", "content-disposition", "www-authenticate"),
        *("retry-after", "retry-after-ms", "location", "openai-poll-after-ms", "x-should-retry"),
    }
)
_POLL_AFTER = "openai-poll-after-ms"
_REQUEST_ID = re.compile(r"(?:request|trace|correlation)-?_?id$", re.IGNORECASE)
_PREFIX = re.compile(r"^(?:[A-Za-z]+[_-])*")
_HIDDEN, _REFERENCE = "<hidden>", re.compile(r"id_\d+")
_VARYING = re.compile(r"/[\w/%.<>:-]+|[A-Z]{3,7}\b|<[a-z:0-9]+>|[\w-]*\d[\w-]*")
_MOST_SHARE = 0.9
Data = dict[str, Any]


def headers_of(traffic: Traffic, base: Dialect) -> Data | None:
    """The header with the request id, those of every response, and whether polls are asked for."""
    answers = [each for each in traffic.answered if each.operation]
    if not answers:
        return None
    values = _header_values(answers)
    name = next((each for each in values if _REQUEST_ID.search(each)), None)
    every = {
        header: found[0]
        for header, found in values.items()
        if header != name and len(found) == len(answers) and len(set(found)) == 1
        and found[0] not in ("", _HIDDEN)
    }  # fmt: skip
    waiting = [each.exchange for each in traffic.samples
               if traffic.stage(each.word) in ("queued", "running")
               and each.exchange.operation != "listVideos"]  # fmt: skip
    asked = [each for each in waiting if each.reply.header(_POLL_AFTER)]
    more = "" if name else "no response has a request id; the header's name is inferred"
    found: Data = {**traffic.evidence(answers, more), "request_id": name or base.headers.request_id}
    prefix = _common_prefix(values[name]) if name else base.headers.request_id_prefix
    if prefix:
        found["request_id_prefix"] = prefix
    if every:
        found["every"] = every
    poll_after = len(asked) * 2 > len(waiting) if waiting else base.headers.poll_after
    return {**found, "poll_after": poll_after}


def _header_values(answers: Sequence[Exchange]) -> dict[str, list[str]]:
    """The values of the headers that nearly every response has."""
    values: dict[str, list[str]] = {}
    for each in answers:
        for name, value in dict(each.reply.headers).items():
            if name.lower() not in _TRANSPORT:
                values.setdefault(name.lower(), []).append(value)
    return {name: found for name, found in values.items()
            if len(found) >= _MOST_SHARE * len(answers)}  # fmt: skip


def _common_prefix(values: Sequence[str]) -> str:
    """What request ids begin with; a cassette may have a reference for a part of one."""
    own = [each for each in values if not _REFERENCE.fullmatch(each)] or values
    starts = {found[0] for each in own if (found := _PREFIX.match(each))}
    return starts.pop() if len(starts) == 1 else ""


def content_of(traffic: Traffic, base: Dialect) -> Data | None:
    """The download: what it is, ranges and variants, and how long content stays."""
    files = [each for each in traffic.of(DOWNLOAD) if each.status in (200, 206)]
    whole = [each for each in files if each.status == 200 and _is_plain(each)]
    if not whole:
        return None
    ranged = [each for each in traffic.of(DOWNLOAD) if each.request.header("range")]
    pictures = [each for each in traffic.of(DOWNLOAD) if "variant=" in each.request.target]
    kept, more = _kept(traffic, base)
    unseen = [] if ranged else ["ranges"]
    unseen += [] if pictures else ["variants"]
    if unseen:
        more = "; ".join(filter(None, (more, f"not asked for, so inferred: {', '.join(unseen)}")))
    found: Data = {
        **traffic.evidence([*whole, *ranged, *pictures], more),
        **kept,
        "answer": "json" if whole[0].reply.object else "bytes",
        "ranges": any(each.status == 206 for each in ranged) if ranged else base.content.ranges,
        "variants": (
            any(_is_picture(each) for each in pictures) if pictures else base.content.variants
        ),
    }
    headers = _own_headers(whole, traffic.answered)
    return {**found, "headers": headers} if headers else found


def _is_plain(exchange: Exchange) -> bool:
    request = exchange.request
    return request.method == "GET" and "?" not in request.target and not request.header("range")


def _is_picture(exchange: Exchange) -> bool:
    return exchange.status == 200 and exchange.reply.media_type.startswith("image/")


def _own_headers(whole: Sequence[Exchange], all_: Iterable[Exchange]) -> dict[str, str]:
    """Headers with one value on all downloads that other responses do not have."""
    elsewhere = {
        (name.lower(), value)
        for each in all_
        if each.operation not in ("", DOWNLOAD)
        for name, value in each.reply.headers
    }
    counted = Counter((name.lower(), value) for each in whole for name, value in each.reply.headers)
    return {
        name.title(): value
        for (name, value), count in counted.items()
        if count == len(whole)
        and name not in _TRANSPORT
        and (name, value) not in elsewhere
        and value != _HIDDEN
    }


def _kept(traffic: Traffic, base: Dialect) -> tuple[Data, str]:
    """How long content is kept, by ``expires_at``; as in the base where no job shows it."""
    ended = [each for each in traffic.videos if traffic.stage(each.word) == "completed"]
    for name in ("completed_at", "created_at"):
        spans = list(_spans(ended, name))
        if spans and len(set(spans)) == 1 and spans[0] > 0:
            return {"kept_s": round(spans[0]), "kept_from": name}, ""
    spans = list(_spans(ended, "completed_at"))
    if spans and mode(map(round, spans)) > 0:
        return {"kept_s": round(mode(map(round, spans))), "kept_from": "completed_at"}, ""
    since = "created_at" if base.content.from_birth else "completed_at"
    text = "how long content is kept is inferred: no job shows it"
    return {"kept_s": base.content.kept_ms // 1000, "kept_from": since}, text


def _spans(ended: Iterable[Sample], since: str) -> Iterator[float]:
    for each in ended:
        start, end = number(each.data.get(since)), number(each.data.get("expires_at"))
        if start is not None and end is not None:
            yield end - start


def operations_of(traffic: Traffic) -> tuple[Data | None, frozenset[str]]:
    """The operations that are answered like an unknown path, whatever was sent."""
    unknown = [each for each in traffic.answered if not each.operation and each.reply.object]
    shapes = {(each.status, _shape(each)) for each in unknown}
    by_operation: dict[str, list[Exchange]] = {}
    for each in traffic.answered:
        if each.operation and each.request.method != "HEAD":
            by_operation.setdefault(each.operation, []).append(each)
    gone = sorted(
        name for name, found in by_operation.items()
        if shapes and all((each.status, _shape(each)) in shapes for each in found)
        and name not in CREATES[:1]
    )  # fmt: skip
    if not gone:
        return None, frozenset()
    facts = traffic.evidence(each for name in gone for each in by_operation[name])
    return {**facts, "without": gone}, frozenset(gone)


def _shape(exchange: Exchange) -> str:
    """An error's body without what depends on the request: a path, an id, a request id."""
    return _VARYING.sub("", exchange.reply.body.decode("utf-8", "replace"))


def requests_of(traffic: Traffic) -> Data | None:
    """The model of a create that names none, where one was accepted."""
    for each in traffic.of("createVideo"):
        model = each.reply.object.get("model") if each.status == 200 else None
        if isinstance(model, str) and b"model" not in each.request.body:
            return {**traffic.evidence([each]), "default_model": model}
    return None
