"""Checks of what a job says of itself: id, echoed fields, error and addresses."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from contract_tests.checks.aspects import Aspect, only
from contract_tests.checks.breaches import breach, is_refusal, is_success, quoted
from contract_tests.checks.check import having, life_cycle
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, Moment, Trace
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence

# What an id may consist of: it is used in paths and queries.
_USABLE_ID = re.compile(r"[^\s/?#&]+")
_PREFIX = re.compile(r"[a-z]+_")
_PIXELS = re.compile(r"[0-9]{3,4}x[0-9]{3,4}")
_CONSTANT = ("id", "object", "created_at", "model", "seconds", "size", "remixed_from_video_id")
# No page says that these stay; clients plan by them.
_PROMISED = ("expires_at", "prompt")


@life_cycle(
    aspect=Aspect.BODIES,
    at=only("createVideo"),
    source="sora-character:100, sora-image-zh:65, sora-image:110, veo-image:100",
    evidence=Evidence.DOCUMENTED,
)
def identifiers(contract: TargetContract, life: Life) -> Iterator[Breach]:
    """A job's id has the form that the pages show, however the job was created."""
    known: set[str] = set()
    for trace in life.having(Moment.CREATE):
        (exchange, *_) = trace.at(Moment.CREATE)
        job = exchange.state.get("id")
        if not is_success(exchange) or not isinstance(job, str):
            continue
        if job in known:
            yield breach(exchange, "an id that no other job has", f"{quoted(job)} once more",
                         key="unique")  # fmt: skip
        known.add(job)
        if not _USABLE_ID.fullmatch(job):
            yield breach(exchange, "an id that can stand in a path", quoted(job), key="usable")
        else:
            yield from _id_form(contract, trace, job)


def _id_form(contract: TargetContract, trace: Trace, job: str) -> Iterator[Breach]:
    (exchange, *_) = trace.at(Moment.CREATE)
    media_type = trace.variant.media_type if trace.variant else ""
    received = f"{quoted(job)} for a create as {media_type}"
    dialect = contract.dialect
    if prefix := _documented_prefix(contract, exchange.operation):
        if not job.startswith(prefix):
            expected = f"an id like {prefix}..., as every example shows"
            yield breach(exchange, expected, received, key="form")
        return
    if dialect.native or trace.family != "videos" or re.search(dialect.ids.pattern, job):
        return
    source, evidence = dialect.sources["ids"]
    yield breach(exchange, f"an id as {dialect.ids.pattern}", received, key="form",
                 source=source, evidence=Evidence(evidence))  # fmt: skip


def _documented_prefix(contract: TargetContract, operation: str) -> str:
    """What the ids of all examples begin with, up to the underscore; empty when they differ."""
    prefixes = {
        match[0] if (match := _PREFIX.match(job)) else ""
        for job in _example_ids(contract, operation)
    }
    return prefixes.pop() if len(prefixes) == 1 else ""


def _example_ids(contract: TargetContract, operation: str) -> Iterator[str]:
    response: Mapping[str, Any] = contract.operation(operation).response(200) or {}
    for media in response.get("content", {}).values():
        for example in media.get("examples", {}).values():
            yield str(example["value"].get("id", ""))


@life_cycle(
    aspect=Aspect.ADDRESSES,
    at=only("retrieveVideo"),
    source="RFC 3986, 6.2.2.1: paths distinguish capitals; good practice: an id is compared whole",
    evidence=Evidence.INFERRED,
    applies=having("retrieveVideo"),
    moments=(Moment.ALTERED_ID,),
)
def exact_ids(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """No id but its own finds a job: not its beginning, a wildcard, or the id in capitals."""
    for trace in life.traces:
        for exchange in trace.at(Moment.ALTERED_ID):
            if is_success(exchange) and exchange.reply.job:
                other = unquote(exchange.request.path.rpartition("/")[2])
                yield breach(exchange, f"404 for {quoted(other)}, the id of no job",
                             f"the job {quoted(exchange.reply.job)}", key="found")  # fmt: skip


@life_cycle(
    aspect=Aspect.AGREEMENT,
    at=only("createVideo", "retrieveVideo"),
    source="OpenAI API spec, VideoResource; one page's example shows another name of the model",
    evidence=Evidence.VERIFIED,
)
def echo(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """A job's model, prompt, seconds and size are those asked for, or the documented defaults."""
    for trace in life.traces:
        if trace.variant is None or trace.family != "videos":
            continue
        for exchange, state in trace.states():
            for name in ("model", "seconds", "size"):
                if name in state:
                    yield from _echoed(trace, exchange, name)
            prompt, shown = trace.sent.get("prompt"), state.get("prompt")
            # A gateway may rewrite a prompt; no page says that it does.
            if None not in (prompt, shown) and shown != prompt:
                yield breach(exchange, f"prompt {quoted(prompt)}, as it was asked for",
                             f"prompt: {quoted(shown)}", key="prompt",
                             evidence=Evidence.INFERRED)  # fmt: skip


def _echoed(trace: Trace, exchange: Exchange, name: str) -> Iterator[Breach]:
    shown, received = exchange.state[name], f"{name}: {quoted(exchange.state[name])}"
    if name in trace.sent:
        if str(shown) != str(trace.sent[name]):
            expected = f"{name} {quoted(str(trace.sent[name]))}, as it was asked for"
            yield breach(exchange, expected, received, key=name)
    elif trace.variant is not None:
        default = trace.variant.fields.get(name, {}).get("default")
        if default is not None and str(shown) != default:
            expected = f"{name} {quoted(default)}, as the page says for when it is left out"
            source = trace.variant.source_of_rule(name, "default")
            yield breach(exchange, expected, received, key=name, source=source,
                         evidence=trace.variant.evidence)  # fmt: skip


@life_cycle(
    aspect=Aspect.AGREEMENT,
    at=only("retrieveVideo"),
    source="openai-python, videos.create_and_poll reads at once and gives up at a 404",
    evidence=Evidence.VERIFIED,
)
def read_your_write(contract: TargetContract, life: Life) -> Iterator[Breach]:
    """A created job is found by the very next read."""
    for trace in life.traces:
        for exchange in trace.polls():
            if exchange.status == contract.status_of("video_not_found", exchange.operation):
                yield breach(exchange, "200 for a job that was just created", key="late")
            if is_success(exchange):
                break


@life_cycle(
    aspect=Aspect.AGREEMENT,
    at=only("createVideo", "retrieveVideo"),
    source="OpenAI API spec, VideoResource",
    evidence=Evidence.VERIFIED,
)
def immutable(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """A job's id, times, model, prompt, seconds and size are the same in every answer."""
    for trace in life.traces:
        first_seen: dict[str, Any] = {}
        for exchange, state in trace.states():
            for name in (*_CONSTANT, *_PROMISED):
                if state.get(name) is None:
                    continue
                first = first_seen.setdefault(name, state[name])
                if first != state[name]:
                    expected = f"{name} {quoted(first)} as before"
                    evidence = Evidence.INFERRED if name in _PROMISED else None
                    yield breach(exchange, expected, f"{name}: {quoted(state[name])}", key=name,
                                 evidence=evidence)  # fmt: skip


@life_cycle(
    aspect=Aspect.AGREEMENT,
    at=only("queryUnifiedVideo"),
    source="chainhub 358068905 and 363309789: either route reads either family's ids",
    evidence=Evidence.VERIFIED,
    applies=having("retrieveVideo", "queryUnifiedVideo"),
    moments=(Moment.QUERY,),
)
def families_agree(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """retrieveVideo and queryUnifiedVideo show the same job in the same state."""
    for trace in life.having(Moment.RETRIEVE, Moment.QUERY):
        pairs = zip(trace.at(Moment.RETRIEVE), trace.at(Moment.QUERY), strict=False)
        for retrieve, query in pairs:
            yield from _compare(trace, retrieve, query)


def _compare(trace: Trace, retrieve: Exchange, query: Exchange) -> Iterator[Breach]:
    if is_success(retrieve) != is_success(query):
        yield breach(query, f"{retrieve.status}, as retrieveVideo says", key="status code")
        return
    video, unified = retrieve.state, query.state
    if video.get("id") != unified.get("id"):
        yield breach(query, f"id {video.get('id')}", f"id {unified.get('id')}", key="id")
    size = f"{unified.get('width')}x{unified.get('height')}"
    in_pixels = "width" in unified and _PIXELS.fullmatch(str(video.get("size")))
    if in_pixels and size != video["size"]:
        yield breach(query, f"width and height of {video['size']}", size, key="size")
    if not is_same_stage(trace, video.get("status"), unified.get("status")):
        yield breach(query, f"the same state as retrieveVideo's {video.get('status')}",
                     f"{unified.get('status')}", key="status")  # fmt: skip


def is_same_stage(trace: Trace, status: object, later_status: object) -> bool:
    """Whether two statuses, the second of a later request, may belong to one job.

    Where the target's clock runs, the job may have gone on between the requests.
    """
    stages = trace.stages
    rank, later = stages.rank(status), stages.rank(later_status)
    if rank is None or later is None or (rank < later and not trace.still):
        return True
    return rank == later and stages.completed(status) == stages.completed(later_status)


@life_cycle(
    aspect=Aspect.CONSISTENCY,
    at=only("retrieveVideo", "downloadVideoContent"),
    source="OpenAI API spec, VideoResource.error",
    evidence=Evidence.VERIFIED,
)
def failed_jobs(contract: TargetContract, life: Life) -> Iterator[Breach]:
    """A failed job has an error with code and message and no content; others have no error."""
    for trace in life.traces:
        for exchange, state in trace.states():
            yield from _error(contract, trace, exchange, state)
        if not trace.stages.failed(trace.final.get("status")):
            continue
        for exchange in trace.at(Moment.CONTENT):
            status = contract.status_of("video_failed", "downloadVideoContent")
            if not is_refusal(exchange, status):
                yield breach(exchange, f"{status} for the content of a failed job", key="content")


def _error(
    contract: TargetContract, trace: Trace, exchange: Exchange, state: Mapping[str, Any]
) -> Iterator[Breach]:
    error, status = state.get("error"), state.get("status")
    if exchange.described is not None and not describes(contract, exchange, "error.message"):
        return
    if not trace.stages.failed(status):
        if error is not None:
            yield breach(exchange, "no error in a job that has not failed",
                         f"error {quoted(error)} while {status}", key="no failure")  # fmt: skip
    elif not (isinstance(error, Mapping) and error.get("message") and error.get("code")):
        yield breach(exchange, "error with code and message in a failed job",
                     f"error: {quoted(error)}", key="error")  # fmt: skip


@life_cycle(
    aspect=Aspect.CONSISTENCY,
    at=only("retrieveVideo", "queryUnifiedVideo"),
    source="chainhub 363309789, completed example; new-api hands out web addresses",
    evidence=Evidence.VERIFIED,
)
def video_url(contract: TargetContract, life: Life) -> Iterator[Breach]:
    """video_url is an absolute web address, and there is none before the job completed."""
    for trace in life.traces:
        queries = ((each, each.state) for each in trace.at(Moment.QUERY))
        for exchange, state in (*trace.states(), *queries):
            for name in ("video_url", "thumbnail_url"):
                if state.get(name) is not None and not _is_web_address(state[name]):
                    yield breach(exchange, f"{name} that is an absolute web address, or null",
                                 f"{name}: {quoted(state[name])}", key=name)  # fmt: skip
            if state.get("video_url") and not trace.stages.completed(state.get("status")):
                yield breach(exchange, "video_url only when completed",
                             f"video_url while {state.get('status')}", key="early")  # fmt: skip
        yield from _linkless(contract, trace)


def _linkless(contract: TargetContract, trace: Trace) -> Iterator[Breach]:
    """A breach where the dialect has video_url, and a job that has just completed has none."""
    done = (each for each, state in trace.states() if state == trace.final)
    exchange = next(done, None)
    if exchange is None or not trace.stages.completed(trace.final.get("status")):
        return
    if exchange.described is not None:
        has_links = describes(contract, exchange, "result")
    else:
        has_links = trace.family == "videos" and "video_url" in contract.dialect.video.keys
    if has_links and not trace.final.get("video_url"):
        yield breach(exchange, "video_url of a completed job", "none", key="none",
                     source="good practice", evidence=Evidence.INFERRED)  # fmt: skip


def describes(contract: TargetContract, exchange: Exchange, fact: str) -> bool:
    """Whether a described operation's responses have a place for a fact."""
    return contract.roles[exchange.operation].at(fact) is not None


def _is_web_address(value: object) -> bool:
    try:
        found = urlsplit(str(value))
    except ValueError:
        return False
    return found.scheme in ("http", "https") and bool(found.netloc)
