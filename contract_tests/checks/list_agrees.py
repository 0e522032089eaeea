"""The list tells of a job what retrieving it tells."""

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.checks.check import LifeCycle, having
from contract_tests.checks.reading import breach, quoted
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, Trace
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence

_FIXED = ("created_at", "model", "seconds", "size")


def _look(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    traces = {trace.job: trace for trace in life.traces if trace.family == "videos"}
    for walk in life.walks:
        for page in walk.pages:
            for entry in page.entries:
                if trace := traces.get(str(entry.get("id"))):
                    yield from _compare(page, entry, trace)


def _last_before(trace: Trace, page: Exchange) -> Mapping[str, Any]:
    """What was last known of the job when the page was asked for."""
    known: Mapping[str, Any] = {}
    for exchange, state in trace.states():
        if exchange.number < page.number:
            known = state
    return known


def _compare(page: Exchange, entry: Mapping[str, Any], trace: Trace) -> Iterator[Breach]:
    known, stages = _last_before(trace, page), trace.stages
    for name in _FIXED:
        if name in known and entry.get(name) != known[name]:
            yield breach(page, f"{name} {quoted(known[name])}, as retrieveVideo says",
                         f"{name}: {quoted(entry.get(name))}", key=name)  # fmt: skip
    listed, before = str(entry.get("status")), str(known.get("status"))
    rank, reached = stages.rank(listed), stages.rank(before)
    is_back = rank is not None and reached is not None and rank < reached
    if is_back or (stages.ended(before) and listed != before):
        yield breach(page, f"status {before} or later, as retrieveVideo said before",
                     f"status: {listed}", key="status")  # fmt: skip


CHECK = LifeCycle(
    name="list_agrees",
    holds="A job in the list has the state and the facts that retrieving it shows.",
    source="OpenAI API spec, VideoListResource: its members are VideoResource",
    evidence=Evidence.VERIFIED,
    applies=having("listVideos"),
    look=_look,
    walks=True,
)
