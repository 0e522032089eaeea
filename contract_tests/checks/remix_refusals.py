"""What cannot be remixed is refused: a job that has not ended, and a remix without a prompt."""

from collections.abc import Iterator

from contract_tests.checks.check import LifeCycle, having
from contract_tests.checks.reading import breach, is_refusal, was_waiting
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, Moment
from openapi.contract.evidence import Evidence

_REMIX = "remixVideo"
_PROMPTS = (Moment.REMIX_WITHOUT_PROMPT, Moment.REMIX_WITH_BLANK_PROMPT)


def _look(contract: TargetContract, life: Life) -> Iterator[Breach]:
    waiting = contract.status_of("video_not_completed", _REMIX)
    blank = contract.status_of("missing_required_parameter", _REMIX, "prompt")
    for trace in life.traces:
        for exchange in trace.at(Moment.EARLY_REMIX):
            if not is_refusal(exchange, waiting) and was_waiting(trace, exchange):
                expected = f"{waiting} for the remix of a job that has not ended"
                yield breach(exchange, expected, key="early")
        for moment in _PROMPTS:
            for exchange in trace.at(moment):
                if not is_refusal(exchange, blank):
                    yield breach(exchange, f"{blank} for a {moment}", key=moment.name)


CHECK = LifeCycle(
    name="remix_refusals",
    holds="A remix of an unfinished job is refused, and so is one without a prompt.",
    source="OpenAI API spec, CreateVideoRemixBody; chainhub 363040669",
    evidence=Evidence.VERIFIED,
    applies=having(_REMIX),
    look=_look,
    moments=frozenset({Moment.EARLY_REMIX, *_PROMPTS}),
)
