"""A job can be read as soon as its create was answered."""

from collections.abc import Iterator

from contract_tests.checks.check import LifeCycle
from contract_tests.checks.reading import breach, is_success
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life
from openapi.contract.evidence import Evidence

_UNKNOWN = "video_not_found"


def _look(contract: TargetContract, life: Life) -> Iterator[Breach]:
    for trace in life.traces:
        for exchange in trace.polls():
            if exchange.status == contract.status_of(_UNKNOWN, exchange.operation):
                yield breach(exchange, "200 for a job that was just created", key="late")
            if is_success(exchange):
                break


CHECK = LifeCycle(
    name="read_your_write",
    holds="A created job is found by the very next read.",
    source="openai-python, videos.create_and_poll reads at once and gives up at a 404",
    evidence=Evidence.VERIFIED,
    look=_look,
)
