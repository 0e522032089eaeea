"""There is no content before the job has completed."""

from collections.abc import Iterator

from contract_tests.checks.check import LifeCycle, having
from contract_tests.checks.reading import breach, is_refusal, was_waiting
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, Moment
from openapi.contract.evidence import Evidence

_SITUATION = "video_not_ready"
_CONTENT = "downloadVideoContent"


def _look(contract: TargetContract, life: Life) -> Iterator[Breach]:
    told = contract.status_of(_SITUATION, _CONTENT)
    for trace in life.traces:
        for exchange in trace.at(Moment.EARLY_CONTENT):
            if not is_refusal(exchange, told) and was_waiting(trace, exchange):
                yield breach(exchange, f"{told} for content that is not ready", key="early")


CHECK = LifeCycle(
    name="content_early",
    holds="Content is refused until the job has completed.",
    source="OpenAI's live service answers 404 'Video is not ready yet' (litellm PR 32602)",
    evidence=Evidence.VERIFIED,
    applies=having("downloadVideoContent"),
    look=_look,
    moments=frozenset({Moment.EARLY_CONTENT}),
)
