"""A job only moves forward: it waits, runs and ends."""

from collections.abc import Iterator

from contract_tests.checks.check import LifeCycle
from contract_tests.checks.reading import breach
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life
from openapi.contract.evidence import Evidence


def _look(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    for trace in life.traces:
        before = ""
        stages = trace.stages
        for exchange, state in trace.states():
            word = str(state.get("status"))
            if stages.ended(before):
                break
            rank, reached = stages.rank(word), stages.rank(before)
            if rank is not None and reached is not None and rank < reached:
                received = f"{word} after {before}"
                yield breach(exchange, f"no way back from {before}", received, key="back")
            before = before if rank is None else word


CHECK = LifeCycle(
    name="status_order",
    holds="A job's status never goes back: queued, then in progress, then its end.",
    source="OpenAI API spec, VideoResource.status; the unified format likewise",
    evidence=Evidence.VERIFIED,
    look=_look,
)
