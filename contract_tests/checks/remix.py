"""A remix is a job of its own that names its parent and has its size and length."""

from collections.abc import Iterator

from contract_tests.checks.check import LifeCycle, having
from contract_tests.checks.reading import breach, is_success, quoted
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, Moment
from openapi.contract.evidence import Evidence

_PARENT = "remixed_from_video_id"


def _look(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    for trace in life.having(Moment.REMIX):
        for exchange in (*trace.at(Moment.REMIX), *trace.at(Moment.REMIX_RETRIEVE)):
            state = exchange.reply.object
            if not is_success(exchange):
                yield breach(exchange, "200 for the remix of a completed job", key="status")
                continue
            if state.get(_PARENT) != trace.job:
                yield breach(exchange, f"{_PARENT} {trace.job}", f"{quoted(state.get(_PARENT))}",
                             operation="remixVideo", key="parent")  # fmt: skip
            if state.get("id") == trace.job:
                yield breach(exchange, "a job of its own", "the parent's id", key="id",
                             operation="remixVideo")  # fmt: skip
            for name in ("size", "seconds"):
                if name in trace.final and state.get(name) != trace.final[name]:
                    yield breach(exchange, f"{name} {quoted(trace.final[name])}, as the parent has",
                                 f"{quoted(state.get(name))}", key=name,
                                 operation="remixVideo")  # fmt: skip


CHECK = LifeCycle(
    name="remix",
    holds="A remix names its parent in remixed_from_video_id and has its size and length.",
    source="OpenAI API spec, CreateVideoRemix and VideoResource; chainhub 363040669",
    evidence=Evidence.VERIFIED,
    applies=having("remixVideo"),
    look=_look,
    moments=frozenset({Moment.REMIX}),
)
