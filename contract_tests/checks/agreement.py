"""Checks that a job is the same in every operation that shows it, and stays there."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from contract_tests.checks.aspects import Aspect, only
from contract_tests.checks.breaches import breach, has_other_length, is_success, quoted
from contract_tests.checks.check import having, life_cycle
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, Moment, Trace
from contract_tests.wire.exchange import Exchange, number
from openapi.contract.evidence import Evidence
from openapi.documents.text import visible

_READS = (Moment.BURST, Moment.POLL, Moment.TAIL, Moment.RETRIEVE, Moment.QUERY)
_TOO_MANY = 429
# What `methods` reports where a method is not known.
_NO_HEAD = (405, 501)
_SHOWN = 80
_PERCENT_TOLERANCE = 1.0
# How far the last change may lie from the completion, in seconds.
_SOON_S = 600
_ADDRESSES = ("video_url", "thumbnail_url")
# What both operations may show of a job under the same name, and what never changes.
_FACTS = ("model", "seconds", "prompt", "created_at", "completed_at", "expires_at")


@life_cycle(
    aspect=Aspect.AGREEMENT,
    at=only("retrieveVideo"),
    source="OpenAI API spec, CreateVideo and GetVideo answer with the same VideoResource",
    evidence=Evidence.VERIFIED,
    applies=having("createVideo", "retrieveVideo"),
)
def create_agrees(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """The answer to a create shows the job as retrieving it at the same instant does."""
    for trace in life.having(Moment.CREATE, Moment.BURST):
        create, read = trace.at(Moment.CREATE)[0], trace.at(Moment.BURST)[0]
        if not (trace.still and trace.family == "videos" and _are_fine(create, read)):
            continue
        yield from _same_fields(create, read)


def _are_fine(*exchanges: Exchange) -> bool:
    return all(is_success(each) and each.reply.object for each in exchanges)


def _same_fields(create: Exchange, read: Exchange) -> Iterator[Breach]:
    first, second = create.reply.object, read.reply.object
    for name in dict.fromkeys((*first, *second)):
        if first.get(name) != second.get(name):
            yield breach(read, f"{name} {quoted(first.get(name))}, as the create's answer says",
                         f"{name}: {quoted(second.get(name))}", key=name)  # fmt: skip


@life_cycle(
    aspect=Aspect.LIFE,
    at=only("retrieveVideo", "queryUnifiedVideo"),
    source="OpenAI API spec, GetVideo; openai-python polls until the end of a job",
    evidence=Evidence.VERIFIED,
)
def job_remains(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """A job that was read once is found by every later read until it is deleted."""
    for trace in life.traces:
        is_known = False
        for moment, exchange in trace.steps:
            if moment not in _READS or not exchange.reply_or_none:
                continue
            is_gone = 400 <= exchange.status < 500 and exchange.status != _TOO_MANY
            if is_known and is_gone:
                yield breach(exchange, f"200 for a job that exists ({moment})",
                             key=f"gone {moment.name}")  # fmt: skip
            is_known = is_known or is_success(exchange)


@life_cycle(
    aspect=Aspect.HEADERS,
    at=only("retrieveVideo"),
    source="RFC 9110, 8.6 and 9.3.2",
    evidence=Evidence.VERIFIED,
    applies=having("retrieveVideo"),
    moments=(Moment.HEAD,),
)
def job_head(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """HEAD of a finished job answers as GET does, and states the length of its answer."""
    for trace in life.having(Moment.HEAD, Moment.RETRIEVE):
        head, reads = trace.at(Moment.HEAD)[0], trace.at(Moment.RETRIEVE)
        before = [each for each in reads if each.number < head.number][-1:]
        after = [each for each in reads if each.number > head.number][:1]
        found = [each for each in (*before, *after) if is_success(each)]
        if not found:
            continue
        usual = found[0]
        if head.status not in (usual.status, *_NO_HEAD):
            yield breach(head, f"{usual.status} for HEAD, as for GET", key="status",
                         operation=usual.operation)  # fmt: skip
        # An address in the answer may be signed anew, and be longer then.
        elif is_success(head) and all(has_other_length(head, each) for each in found):
            yield breach(head, f"Content-Length: {len(usual.reply.body)}, as GET has it",
                         f"Content-Length: {head.reply.header('content-length')}",
                         operation=usual.operation, key="length")  # fmt: skip


@life_cycle(
    aspect=Aspect.HEADERS,
    at=only("retrieveVideo"),
    source="RFC 9110, 8.8.3: another representation has another entity tag",
    evidence=Evidence.VERIFIED,
    applies=having("retrieveVideo"),
    moments=(Moment.BURST, Moment.POLL),
)
def job_validators(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """The ETag of a job, where there is one, changes when its status or progress does."""
    for trace in life.traces:
        shown: dict[str, tuple[object, ...]] = {}
        for exchange in trace.polls():
            tag, state = exchange.reply.header("etag"), exchange.reply.object
            if tag is None or not is_success(exchange):
                continue
            now = state.get("status"), state.get("progress")
            if shown.setdefault(tag, now) != now:
                yield breach(exchange, "another ETag for another state of the job",
                             f"ETag: {visible(tag[:_SHOWN])} once more, {quoted(now)}",
                             key="same tag")  # fmt: skip


@life_cycle(
    aspect=Aspect.AGREEMENT,
    at=only("queryUnifiedVideo"),
    source="chainhub 363309789, an example of each stage; good practice",
    evidence=Evidence.INFERRED,
    applies=having("queryUnifiedVideo"),
    moments=(Moment.QUERY,),
)
def unified_details(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """What queryUnifiedVideo says twice, or what retrieveVideo says as well, is the same."""
    for trace in life.having(Moment.QUERY):
        retrieves = trace.at(Moment.RETRIEVE)
        for place, query in enumerate(trace.at(Moment.QUERY)):
            if not is_success(query):
                continue
            video = retrieves[place].reply.object if place < len(retrieves) else {}
            yield from _details(trace, query, video)
            yield from _times(query, video)
            yield from _addresses(query, video)


def _details(trace: Trace, query: Exchange, video: Mapping[str, Any]) -> Iterator[Breach]:
    unified = query.reply.object
    detail = _mapping(unified, "detail")
    asked, pending = _mapping(detail, "input"), _mapping(detail, "pending_info")
    size = str(video.get("size", ""))
    width, height = number(pending.get("width")), number(pending.get("height"))
    upright = None if width is None or height is None else height > width
    pairs = [
        ("detail/id", detail.get("id"), unified.get("id")),
        ("detail/status", detail.get("status"), unified.get("status")),
        ("detail/input/model", asked.get("model"), video.get("model")),
        ("detail/input/size", asked.get("size"), size or None),
        ("detail/input/prompt", asked.get("prompt"), trace.sent.get("prompt")),
        ("detail/pending_info/prompt", pending.get("prompt"), trace.sent.get("prompt")),
        ("detail/url", _path(detail.get("url")), _path(unified.get("video_url"))),
    ]
    if upright is not None:
        orientation = "portrait" if upright else "landscape"
        pairs.append(("detail/input/orientation", asked.get("orientation"), orientation))
    for where, shown, other in pairs:
        if shown is not None and other is not None and shown != other:
            yield breach(query, f"{where} {quoted(other)}, as elsewhere", quoted(shown), key=where)
    for name in _FACTS:
        if None not in (mine := unified.get(name), other := video.get(name)) and mine != other:
            yield breach(query, f"{name} {quoted(other)}, as retrieveVideo says",
                         f"{name}: {quoted(mine)}", key=name)  # fmt: skip
    yield from _progress(trace, query, pending, video)


def _progress(
    trace: Trace, query: Exchange, pending: Mapping[str, Any], video: Mapping[str, Any]
) -> Iterator[Breach]:
    fraction, percent = number(pending.get("progress_pct")), number(video.get("progress"))
    if fraction is None or percent is None:
        return
    more = fraction * 100 - percent
    # Where the target's clock runs, the job may have gone on since it was retrieved.
    if more < -_PERCENT_TOLERANCE or (trace.still and more > _PERCENT_TOLERANCE):
        expected = "percent" if trace.still else "percent or more"
        yield breach(query, f"progress of {percent:g} {expected}, as retrieveVideo says",
                     f"progress_pct: {fraction:g}", key="progress")  # fmt: skip


def _times(query: Exchange, video: Mapping[str, Any]) -> Iterator[Breach]:
    """Breaches where the last change lies before the creation, or not at the completion."""
    changed = number(query.reply.object.get("status_update_time"))
    created, completed = number(video.get("created_at")), number(video.get("completed_at"))
    if changed is None or created is None:
        return
    if changed < (created - 1) * 1000:
        yield breach(query, f"status_update_time after created_at {created:g}",
                     f"{changed:g}", key="before creation")  # fmt: skip
    if completed is not None and abs(changed / 1000 - completed) > _SOON_S:
        yield breach(query, f"status_update_time at about completed_at {completed:g}",
                     f"{changed:g}", key="completion")  # fmt: skip


def _addresses(query: Exchange, video: Mapping[str, Any]) -> Iterator[Breach]:
    """Breaches where both operations have the film, at different addresses."""
    for name in _ADDRESSES:
        mine, other = query.reply.object.get(name), video.get(name)
        if mine and other and _path(mine) != _path(other):
            yield breach(query, f"{name} {quoted(other)}, as retrieveVideo says",
                         f"{name}: {quoted(mine)}", key=name)  # fmt: skip


def _path(address: Any) -> str | None:
    """An address without its query, which may be signed anew for each request."""
    if not isinstance(address, str):
        return None
    try:
        found = urlsplit(address)
    except ValueError:
        return address
    return f"{found.netloc}{found.path}"


def _mapping(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name)
    return found if isinstance(found, Mapping) else {}
