"""A failed job says why, and has no content."""

from collections.abc import Iterator, Mapping

from contract_tests.checks.check import LifeCycle
from contract_tests.checks.reading import breach, is_refusal, quoted
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, Moment, Trace
from openapi.contract.evidence import Evidence

_SITUATION = "video_failed"
_CONTENT = "downloadVideoContent"


def _look(contract: TargetContract, life: Life) -> Iterator[Breach]:
    for trace in life.traces:
        yield from _error(trace)
        if not trace.stages.failed(trace.final.get("status")):
            continue
        for exchange in trace.at(Moment.CONTENT):
            told = contract.status_of(_SITUATION, _CONTENT)
            if not is_refusal(exchange, told):
                yield breach(exchange, f"{told} for the content of a failed job", key="content")


def _error(trace: Trace) -> Iterator[Breach]:
    for exchange, state in trace.states():
        error = state.get("error")
        if not trace.stages.failed(state.get("status")):
            if error is not None:
                yield breach(exchange, "no error in a job that has not failed",
                             f"error {quoted(error)} while {state.get('status')}",
                             key="no failure")  # fmt: skip
            continue
        told = isinstance(error, Mapping) and error.get("message") and error.get("code")
        if not told:
            yield breach(exchange, "error with code and message in a failed job",
                         f"error: {quoted(error)}", key="error")  # fmt: skip


CHECK = LifeCycle(
    name="failed_jobs",
    holds="A failed job has an error with code and message and no content; others have no error.",
    source="OpenAI API spec, VideoResource.error",
    evidence=Evidence.VERIFIED,
    look=_look,
)
