"""Checks of every object that an answer shows: its fields agree, and none stands for two things."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from contract_tests.checks.aspects import Aspect, is_open_read, only
from contract_tests.checks.breaches import breach, is_success, operation_of, quoted, videos_in
from contract_tests.checks.check import having, passive
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.wire.exchange import Exchange, number
from openapi.contract.evidence import Evidence

# What a job says of itself when it is created or retrieved is held over its whole life.
_HELD_ELSEWHERE = frozenset({"createVideo", "createUnifiedVideo", "retrieveVideo"})
_TIMES = ("created_at", "completed_at", "expires_at")
_Fault = tuple[str, str, Evidence]


@passive(
    aspect=Aspect.CONSISTENCY,
    at=only("listVideos", "queryUnifiedVideo"),
    source="OpenAI API spec, VideoResource; chainhub 363309789, completed example",
    evidence=Evidence.VERIFIED,
)
def consistent_fields(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    """Wherever a job is shown, its status, progress, times, error and address agree."""
    if not is_success(exchange) or not contract.has(exchange.operation):
        return
    if exchange.operation in _HELD_ELSEWHERE or exchange.described is not None:
        return
    for state in videos_in(exchange.reply.json):
        if contract.stages.rank(state.get("status")) is None:
            continue
        for key, expected, evidence in _faults(contract, state, exchange.operation):
            shown = {name: state[name] for name in (*_SHOWN, key) if name in state}
            yield breach(exchange, expected, quoted(shown), key=key, evidence=evidence)


_SHOWN = ("status", "progress", *_TIMES, "error", "video_url")


def _faults(contract: TargetContract, state: Mapping[str, Any], operation: str) -> Iterator[_Fault]:
    status, stages = state.get("status"), contract.stages
    done, failed = stages.completed(status), stages.failed(status)
    yield from _times(contract, state, done=done)
    percent = number(state.get("progress"))
    end = contract.dialect.progress.always.get("completed", 100)
    if done and percent is not None and percent != end:
        yield "progress", f"progress {end} when completed", Evidence.VERIFIED
    error = state.get("error")
    if error is not None and not failed:
        yield "error", "no error in a job that has not failed", Evidence.VERIFIED
    is_whole = "created_at" in state or "error" in state
    if failed and is_whole and not (isinstance(error, Mapping) and error.get("message")):
        yield "error", "an error with a message in a failed job", Evidence.VERIFIED
    if state.get("video_url") and not done:
        yield "video_url", "video_url only when completed", Evidence.VERIFIED
    # It may be null once the content has expired.
    if done and operation == "queryUnifiedVideo" and "video_url" not in state:
        yield "video_url", "video_url of a completed job", Evidence.VERIFIED


def _times(contract: TargetContract, state: Mapping[str, Any], *, done: bool) -> Iterator[_Fault]:
    for first, second in pairwise(_TIMES):
        earlier, later = number(state.get(first)), number(state.get(second))
        if earlier is not None and later is not None and later < earlier:
            yield second, f"{second} not before {first}", Evidence.VERIFIED
    created, expires = number(state.get("created_at")), number(state.get("expires_at"))
    if created is not None and expires is not None and expires < created:
        yield "expires_at", "expires_at not before created_at", Evidence.VERIFIED
    ended = number(state.get("completed_at"))
    if ended is not None and not done:
        yield "completed_at", "completed_at only when completed", Evidence.VERIFIED
    is_shown = "completed_at" in contract.dialect.video.keys and "created_at" in state
    if done and ended is None and is_shown:
        yield "completed_at", "completed_at in a completed job", Evidence.INFERRED


@passive(
    aspect=Aspect.CONSISTENCY,
    at=only("listModels"),
    source="OpenAI API spec, listModels and Model; the models that the pages name",
    evidence=Evidence.VERIFIED,
    applies=having("listModels"),
)
def model_list(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    """The list of models names each once, created in seconds, and those that the pages document."""
    if exchange.operation != "listModels" or not is_success(exchange):
        return
    names = [str(each.get("id")) for each in exchange.entries]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        yield breach(exchange, "each model once", f"{twice} twice", key="twice")
    for each in exchange.entries:
        created = number(each.get("created"))
        if created is not None and not 0 <= created <= _LAST_S:
            yield breach(exchange, "created in seconds since 1970", f"created: {created:g}",
                         key="created")  # fmt: skip
    documented = {model for variant in contract.variants for model in variant.shown("model")}
    missing = sorted(documented - set(names))
    if names and missing:
        yield breach(exchange, f"{missing[0]} among the models, as the pages have it",
                     f"{len(names)} others", key="missing", evidence=Evidence.INFERRED)  # fmt: skip


@passive(
    aspect=Aspect.LISTS,
    at=only("listVideos", "listWebhookEventTypes"),
    source="good practice: clients count and page by what a list has",
    evidence=Evidence.INFERRED,
)
def distinct_entries(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    """No page of a list has an entry twice."""
    operation = operation_of(contract, exchange)
    if operation is None or not is_open_read(operation) or not is_success(exchange):
        return
    data = exchange.reply.object.get("data")
    names = [
        str(each.get("id") if isinstance(each, Mapping) else each)
        for each in (data if isinstance(data, list) else ())
        if not isinstance(each, Mapping) or each.get("id") is not None
    ]
    # Models have a check of their own.
    repeated = [name for name, times in Counter(names).items() if times > 1]
    if repeated and exchange.operation != "listModels":
        yield breach(exchange, "each entry once", f"{quoted(repeated[0])} twice", key="twice")


_LAST_S = 4_102_444_800
