"""A job that has ended stays as it ended."""

from collections.abc import Iterator

from contract_tests.checks.check import LifeCycle
from contract_tests.checks.reading import breach, quoted
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life
from openapi.contract.evidence import Evidence

# A download address may be signed anew for each reader; these may not change.
_FIXED = ("status", "progress", "completed_at", "error", "status_update_time")


def _look(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    for trace in life.traces:
        end = trace.final
        ended = False
        for exchange, state in trace.states():
            if ended:
                for name in _FIXED:
                    if state.get(name) != end.get(name):
                        expected = f"{name} {quoted(end.get(name))} for good, once {end['status']}"
                        received = f"{name}: {quoted(state.get(name))}"
                        yield breach(exchange, expected, received, key=name)
            ended = ended or trace.stages.ended(state.get("status"))


CHECK = LifeCycle(
    name="terminal",
    holds="Nothing about a completed or failed job changes any more.",
    source="OpenAI API spec, VideoResource.status; openai-python stops polling at the first end",
    evidence=Evidence.VERIFIED,
    look=_look,
)
