"""Every job ends: it completes or fails within a bound."""

from collections.abc import Iterator

from contract_tests.checks.check import LifeCycle
from contract_tests.checks.reading import breach
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life
from openapi.contract.evidence import Evidence


def _look(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    for trace in life.traces:
        polls = trace.polls()
        if not trace.ended and polls:
            status = polls[-1].reply.object.get("status")
            yield breach(polls[-1], f"an end within {trace.bound}", f"{status} after all that time",
                         key="end")  # fmt: skip


CHECK = LifeCycle(
    name="jobs_end",
    holds="A job completes or fails within the run's bound; polling it comes to an end.",
    source="OpenAI API spec, VideoResource.status; openai-python polls until then",
    evidence=Evidence.VERIFIED,
    look=_look,
)
