"""A job only moves forward: it waits, runs and ends."""

from collections.abc import Iterator

from contract_tests.checks.check import LifeCycle
from contract_tests.checks.reading import breach
from contract_tests.contract.contract import Contract
from contract_tests.findings.finding import Breach, Standing
from contract_tests.lifecycle.trace import Life


def _look(_contract: Contract, life: Life) -> Iterator[Breach]:
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
    standing=Standing.VERIFIED,
    look=_look,
)
