"""A job only moves forward: it waits, runs and ends."""

from collections.abc import Iterator

from contract_tests.checks.check import LifeCycle
from contract_tests.checks.reading import ENDED, RANK, breach
from contract_tests.contract import Contract
from contract_tests.findings import Breach, Standing
from contract_tests.life.trace import Life


def _look(_contract: Contract, life: Life) -> Iterator[Breach]:
    for trace in life.traces:
        before = ""
        for exchange, state in trace.states():
            word = str(state.get("status"))
            if before in ENDED:
                break
            if RANK.get(word, 2) < RANK.get(before, 0):
                received = f"{word} after {before}"
                yield breach(exchange, f"no way back from {before}", received, key="back")
            before = word if word in RANK else before


CHECK = LifeCycle(
    name="status_order",
    holds="A job's status never goes back: queued, then in progress, then its end.",
    source="OpenAI API spec, VideoResource.status; the unified format likewise",
    standing=Standing.VERIFIED,
    look=_look,
)
