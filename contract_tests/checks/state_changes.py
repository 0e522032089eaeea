"""Checks of how a job changes over time: status, progress and timestamps."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from contract_tests.checks.aspects import Aspect, only
from contract_tests.checks.breaches import breach, is_success, quoted
from contract_tests.checks.check import Results, life_cycle
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach, Skipped
from contract_tests.lifecycle.trace import Life, Moment, Trace
from contract_tests.targets.pace import asked_s
from contract_tests.wire.exchange import Exchange, number
from openapi.contract.evidence import Evidence

# They may be signed anew for each request, and so may those in a job's details.
_ADDRESSES = frozenset({"video_url", "thumbnail_url", "detail"})
_FINAL_FIELDS = ("status", "progress", "completed_at", "error", "status_update_time")
# Where the target's clock runs, a job may go on once during a burst of reads, but not twice.
_CHANGES_BY_CHANCE = 1
# A job that ends within this time of its first read was not waiting for time to pass.
_QUICK_S = 0.25
# Between so many polls with a pause at least a second passes.
_POLLS_THAT_TAKE_TIME = 4
_FACTOR = 4


@life_cycle(
    aspect=Aspect.LIFE,
    at=only("retrieveVideo"),
    source="OpenAI API spec, VideoResource.status; the unified format likewise",
    evidence=Evidence.VERIFIED,
)
def status_order(contract: TargetContract, life: Life) -> Iterator[Breach]:
    """A job's status never goes back: queued, then in progress, then its end."""
    for trace in life.traces:
        before = ""
        stages = trace.stages
        for exchange, state in trace.states():
            if stages.ended(before):
                break
            status = str(state.get("status"))
            rank, reached = stages.rank(status), stages.rank(before)
            if rank is not None and reached is not None and rank < reached:
                received = f"{status} after {before}"
                yield breach(exchange, f"no way back from {before}", received, key="back")
            elif rank is None and exchange.described is not None:
                known = " or ".join(contract.roles[exchange.operation].words.values())
                yield breach(exchange, f"a status of {known}", quoted(status), key="word")
            before = before if rank is None else status


@life_cycle(
    aspect=Aspect.LIFE,
    at=only("retrieveVideo"),
    source="OpenAI API spec, VideoResource.status; openai-python stops polling at the first end",
    evidence=Evidence.VERIFIED,
)
def terminal(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """Nothing about a completed or failed job changes any more."""
    for trace in life.traces:
        end = trace.final
        ended = False
        for exchange, state in trace.states():
            for name in sorted({*state, *end, *_FINAL_FIELDS} - _ADDRESSES) if ended else ():
                if state.get(name) != end.get(name):
                    expected = f"{name} {quoted(end.get(name))} for good, once {end['status']}"
                    received = f"{name}: {quoted(state.get(name))}"
                    evidence = None if name in _FINAL_FIELDS else Evidence.INFERRED
                    yield breach(exchange, expected, received, key=name, evidence=evidence)
            ended = ended or trace.stages.ended(state.get("status"))


@life_cycle(
    aspect=Aspect.LIFE,
    at=only("createVideo", "retrieveVideo"),
    source="OpenAI API spec, VideoResource.progress",
    evidence=Evidence.VERIFIED,
)
def progress(contract: TargetContract, life: Life) -> Iterator[Breach]:
    """Progress lies within 0 and 100, never falls, and is 100 when the job is completed."""
    constant = contract.dialect.progress.always
    for trace in life.traces:
        before = 0.0
        for exchange, state in trace.states():
            percent = _percent(state)
            if percent is None:
                continue
            yield from _progress_in_stage(trace, exchange, percent, constant)
            if contract.stands_for_stage(state.get("status"), percent):
                continue
            if percent < before:
                received = f"{percent:g} after {before:g}"
                yield breach(exchange, "progress that never falls", received, key="falls")
            before = max(before, percent)


def _progress_in_stage(
    trace: Trace, exchange: Exchange, percent: float, constant: Mapping[str, int]
) -> Iterator[Breach]:
    """Breaches by one value; ``constant`` has the values that a dialect always shows, by stage."""
    status, stages = exchange.state.get("status"), trace.stages
    received = f"{percent:g} while {status}"
    end = constant.get("completed", 100)
    if not 0 <= percent <= 100:
        yield breach(exchange, "progress within 0 and 100", received, key="range")
    elif stages.completed(status) and percent != end:
        yield breach(exchange, f"progress {end} when completed", received, key="completed")
    elif stages.running(status) and percent == 100 and "running" not in constant:
        yield breach(exchange, "progress below 100 until completed", received, key="running",
                     source="good practice", evidence=Evidence.INFERRED)  # fmt: skip


def _percent(state: Mapping[str, Any]) -> float | None:
    """A job's progress; the unified format has it as a fraction, and only while the job runs."""
    if "progress" in state:
        return number(state["progress"])
    detail = state.get("detail")
    pending = detail.get("pending_info") if isinstance(detail, Mapping) else None
    fraction = number(pending.get("progress_pct")) if isinstance(pending, Mapping) else None
    return None if fraction is None else fraction * 100


@life_cycle(
    aspect=Aspect.CONSISTENCY,
    at=only("createVideo", "retrieveVideo"),
    source="OpenAI API spec, VideoResource.completed_at and expires_at",
    evidence=Evidence.VERIFIED,
)
def timestamps(contract: TargetContract, life: Life) -> Iterator[Breach]:
    """A job completes after it was created, and its content expires after that."""
    has_completed_at = "completed_at" in contract.dialect.video.keys
    for trace in life.traces:
        before = 0.0
        waited = sum(
            not trace.stages.ended(each.state.get("status")) for each in trace.at(Moment.POLL)
        )
        for exchange, state in trace.states():
            yield from _order(exchange, state)
            done = trace.stages.completed(state.get("status"))
            yield from _completed_at(
                exchange, state, done=done, expected=has_completed_at, waited=waited
            )
            changed = number(state.get("status_update_time")) or before
            if changed < before:
                yield breach(exchange, "status_update_time that never runs back",
                             f"{changed:g} after {before:g}",
                             key="status_update_time")  # fmt: skip
            before = max(before, changed)


def _order(exchange: Exchange, state: Mapping[str, Any]) -> Iterator[Breach]:
    for first, second in pairwise(("created_at", "completed_at", "expires_at")):
        earlier, later = number(state.get(first)), number(state.get(second))
        if earlier is not None and later is not None and later < earlier:
            yield breach(exchange, f"{second} not before {first}",
                         f"{first} {earlier:g}, {second} {later:g}", key=second)  # fmt: skip


def _is_same(state: Mapping[str, Any]) -> bool:
    created = number(state.get("created_at"))
    return created is not None and created == number(state.get("completed_at"))


def _completed_at(
    exchange: Exchange, state: Mapping[str, Any], *, done: bool, expected: bool, waited: int
) -> Iterator[Breach]:
    if "created_at" in state and done and expected and not state.get("completed_at"):
        yield breach(exchange, "completed_at in a completed job", "completed without it",
                     key="missing", evidence=Evidence.INFERRED)  # fmt: skip
    if done and waited > _POLLS_THAT_TAKE_TIME and _is_same(state):
        yield breach(exchange, f"completed_at after {waited} polls that saw it wait",
                     "completed_at equal to created_at", key="at once", source="good practice",
                     evidence=Evidence.INFERRED)  # fmt: skip
    if number(state.get("completed_at")) is not None and not done:
        yield breach(exchange, "completed_at only when completed",
                     f"completed_at while {state.get('status')}", key="early")  # fmt: skip


@life_cycle(
    aspect=Aspect.LIFE,
    at=only("retrieveVideo"),
    source="OpenAI API spec, VideoResource.status; openai-python polls until then",
    evidence=Evidence.VERIFIED,
)
def jobs_end(_contract: TargetContract, life: Life) -> Results:
    """A job completes or fails within the run's bound; polling it comes to an end."""
    for trace in life.traces:
        polls = trace.polls()
        if trace.given_up:
            yield Skipped(polls[-1].operation if polls else "", trace.given_up)
        elif not trace.ended and polls:
            status = polls[-1].state.get("status")
            yield breach(polls[-1], f"an end within {trace.bound}", f"{status} after all that time",
                         key="end")  # fmt: skip


@life_cycle(
    aspect=Aspect.LIFE,
    at=only("retrieveVideo", "downloadVideoContent"),
    source="RFC 9110, 9.2.1: a GET is safe",
    evidence=Evidence.VERIFIED,
    moments=(Moment.BURST, Moment.CONTENT_AGAIN),
)
def reading_changes_nothing(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """Repeated reads are identical when no time passes; polling does not move a job on."""
    for trace in life.traces:
        yield from _burst(trace)
        first, again = trace.one(Moment.CONTENT), trace.one(Moment.CONTENT_AGAIN)
        if first and again and is_success(first) and first.reply.body != again.reply.body:
            yield breach(again, "the same bytes at the second download",
                         f"{len(first.reply.body)} bytes, then {len(again.reply.body)} others",
                         key="content", evidence=Evidence.INFERRED,
                         source="good practice")  # fmt: skip


def _burst(trace: Trace) -> Iterator[Breach]:
    polls = [each for each in trace.at(Moment.BURST) if is_success(each)]
    if trace.still:
        for first, second in pairwise(polls):
            if first.reply.json != second.reply.json:
                yield breach(second, "the same answer as a moment before, when no time passed",
                             key="still")  # fmt: skip
        return
    changed = [
        after for before, after in pairwise(polls) if _state(trace, before) != _state(trace, after)
    ]
    if len(changed) > _CHANGES_BY_CHANCE and is_faster_than_time(trace, polls):
        yield breach(changed[-1], f"one state in {len(polls)} reads in quick succession",
                     f"{len(changed)} changes", key="burst")  # fmt: skip


def _state(trace: Trace, exchange: Exchange) -> tuple[int | None, float | None]:
    state = exchange.state
    return trace.stages.rank(state.get("status")), number(state.get("progress"))


def _progress_of(exchange: Exchange) -> float:
    return number(exchange.state.get("progress")) or 0.0


def is_faster_than_time(trace: Trace, burst: Sequence[Exchange]) -> bool:
    """Whether a job went on faster during a burst of reads than afterwards.

    A fast job may change during a burst, but then it goes on as fast when it is not read.
    """
    taken_s = burst[-1].at_s - burst[0].at_s
    reached = _progress_of(burst[-1])
    if trace.stages.ended(burst[-1].state.get("status")):
        return taken_s < (asked_s(burst[0]) or _QUICK_S)
    gained = reached - _progress_of(burst[0])
    waiting = [each for each in trace.at(Moment.POLL) if _has_not_ended(trace, each)]
    if not waiting or taken_s <= 0:
        return False
    later_s = waiting[-1].at_s - burst[-1].at_s
    gained_later = _progress_of(waiting[-1]) - reached
    is_long = later_s > _FACTOR * taken_s
    return is_long and gained_later / later_s < gained / taken_s / _FACTOR


def _has_not_ended(trace: Trace, exchange: Exchange) -> bool:
    status = exchange.state.get("status")
    return trace.stages.rank(status) is not None and not trace.stages.ended(status)
