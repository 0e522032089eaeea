"""Retrieve and query tell the same of the same job at the same time."""

import re
from collections.abc import Iterator

from contract_tests.checks.check import LifeCycle, having
from contract_tests.checks.reading import breach, is_success
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, Moment, Trace
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence

_PIXELS = re.compile(r"[0-9]{3,4}x[0-9]{3,4}")


def _look(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    for trace in life.having(Moment.RETRIEVE, Moment.QUERY):
        pairs = zip(trace.at(Moment.RETRIEVE), trace.at(Moment.QUERY), strict=False)
        for retrieve, query in pairs:
            yield from _compare(trace, retrieve, query)


def _compare(trace: Trace, retrieve: Exchange, query: Exchange) -> Iterator[Breach]:
    if is_success(retrieve) != is_success(query):
        yield breach(query, f"{retrieve.status}, as retrieveVideo says", key="status code")
        return
    video, unified = retrieve.reply.object, query.reply.object
    if video.get("id") != unified.get("id"):
        yield breach(query, f"id {video.get('id')}", f"id {unified.get('id')}", key="id")
    sides = f"{unified.get('width')}x{unified.get('height')}"
    in_pixels = "width" in unified and _PIXELS.fullmatch(str(video.get("size")))
    if in_pixels and sides != video["size"]:
        yield breach(query, f"width and height of {video['size']}", sides, key="size")
    if not _same_stage(trace, video.get("status"), unified.get("status")):
        yield breach(query, f"the same state as retrieveVideo's {video.get('status')}",
                     f"{unified.get('status')}", key="status")  # fmt: skip


def _same_stage(trace: Trace, one: object, other: object) -> bool:
    """Whether both are in one stage; where time passes, the one that was asked later may be on."""
    stages = trace.stages
    rank, later = stages.rank(one), stages.rank(other)
    if rank is None or later is None or (rank < later and not trace.still):
        return True
    return rank == later and stages.completed(one) == stages.completed(other)


CHECK = LifeCycle(
    name="families_agree",
    holds="retrieveVideo and queryUnifiedVideo show the same job in the same state.",
    source="chainhub 358068905 and 363309789: either route reads either family's ids",
    evidence=Evidence.VERIFIED,
    applies=having("retrieveVideo", "queryUnifiedVideo"),
    look=_look,
    moments=frozenset({Moment.QUERY}),
)
