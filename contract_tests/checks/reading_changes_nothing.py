"""Reading a job never changes it: asked twice at one instant, it is the same."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from contract_tests.checks.check import LifeCycle
from contract_tests.checks.reading import breach, is_success, number
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, Moment, Trace
from contract_tests.runner.pace import asked_s
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence

# Between polls in quick succession real time passes: one step by chance is no finding, two are.
_CHANCE = 1
# A job that ends within so short a time did not need the time.
_QUICK_S = 0.25
_LONG = 4


def _look(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    for trace in life.traces:
        yield from _burst(trace)
        yield from _content(trace)


def _burst(trace: Trace) -> Iterator[Breach]:
    polls = [each for each in trace.at(Moment.BURST) if is_success(each)]
    steps = list(pairwise(polls))
    if trace.still:
        for first, second in steps:
            if first.reply.json != second.reply.json:
                yield breach(second, "the same answer as a moment before, when no time passed",
                             key="still")  # fmt: skip
        return
    moved = [after for before, after in steps if _state(trace, before) != _state(trace, after)]
    if len(moved) > _CHANCE and _is_faster_than_time(trace, polls):
        yield breach(moved[-1], f"one state in {len(polls)} reads in quick succession",
                     f"{len(moved)} changes", key="burst")  # fmt: skip


def _state(trace: Trace, exchange: Exchange) -> tuple[int | None, float | None]:
    state = exchange.reply.object
    return trace.stages.rank(state.get("status")), number(state.get("progress"))


def _progress(exchange: Exchange) -> float:
    return number(exchange.reply.object.get("progress")) or 0.0


def _is_faster_than_time(trace: Trace, burst: Sequence[Exchange]) -> bool:
    """Whether a job moved more in a burst of reads than time alone would have moved it.

    A job of a fast target may well move in a burst; then it goes on as fast when nobody reads.
    """
    taken = burst[-1].at_s - burst[0].at_s
    reached = _progress(burst[-1])
    if trace.stages.ended(burst[-1].reply.object.get("status")):
        return taken < (asked_s(burst[0]) or _QUICK_S)
    gained = reached - _progress(burst[0])
    waiting = [each for each in trace.at(Moment.POLL) if _waits(trace, each)]
    if not waiting or taken <= 0:
        return False
    later = waiting[-1].at_s - burst[-1].at_s
    since = _progress(waiting[-1]) - reached
    return later > _LONG * taken and since / later < gained / taken / _LONG


def _waits(trace: Trace, exchange: Exchange) -> bool:
    word = exchange.reply.object.get("status")
    return trace.stages.rank(word) is not None and not trace.stages.ended(word)


def _content(trace: Trace) -> Iterator[Breach]:
    first, again = trace.one(Moment.CONTENT), trace.one(Moment.CONTENT_AGAIN)
    if first and again and is_success(first) and first.reply.body != again.reply.body:
        yield breach(again, "the same bytes at the second download",
                     f"{len(first.reply.body)} bytes, then {len(again.reply.body)} others",
                     key="content", evidence=Evidence.INFERRED,
                     source="good practice")  # fmt: skip


CHECK = LifeCycle(
    name="reading_changes_nothing",
    holds="Repeated reads are identical when no time passes; polling does not move a job on.",
    source="RFC 9110, 9.2.1: a GET is safe",
    evidence=Evidence.VERIFIED,
    look=_look,
    moments=frozenset({Moment.BURST, Moment.CONTENT_AGAIN}),
)
