"""The jobs that a run waits for, and why it does not wait for some any longer."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.contract.target_contract import TargetContract
from contract_tests.lifecycle.trace import Moment, Trace
from contract_tests.wire.exchange import id_of, number
from openapi.documents.text import visible

_LONGEST = 60
# After so many polls in succession without a state the job counts as lost.
_MOST_WITHOUT_STATE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A job that is waited for, by its last poll.

    Attributes:
        left: the seconds until it has taken too long.
    """

    job: str
    status: str
    progress: float | None
    left: Callable[[], float]

    @property
    def text(self) -> str:
        """The job in a few words."""
        percent = "" if self.progress is None else f", {self.progress:g} %"
        status = visible(self.status)[:_LONGEST] or "no status"
        return f"{visible(self.job)[:_LONGEST]} ({status}{percent}, {self.left():.0f} s left)"


def why_broken(contract: TargetContract, trace: Trace) -> str:
    """Why a job has broken the contract beyond doubt, whatever comes; empty while it has not."""
    before: Mapping[str, Any] = {}
    reached = 0.0
    for _, state in trace.states():
        why = next(_breaches(trace, before, state), "")
        percent = number(state.get("progress"))
        if percent is not None and not contract.stands_for_stage(state.get("status"), percent):
            if percent < reached:
                why = why or f"its progress fell from {reached:g} to {percent:g}"
            reached = max(reached, percent)
        if why:
            return why
        before = state
    return _why_lost(trace)


def _breaches(trace: Trace, before: Mapping[str, Any], state: Mapping[str, Any]) -> Iterator[str]:
    status, earlier = state.get("status"), before.get("status")
    rank, reached = trace.stages.rank(status), trace.stages.rank(earlier)
    if rank is None and "status" in state:
        yield f"its status is {_shown(status)}, which the contract does not know"
    elif rank is not None and reached is not None and rank < reached:
        yield f"its status went back from {_shown(earlier)} to {_shown(status)}"
    if trace.job and id_of(state) not in ("", trace.job):
        yield f"its id changed to {_shown(id_of(state))}"


def _why_lost(trace: Trace) -> str:
    polls = [each for moment, each in trace.steps if moment in (Moment.BURST, Moment.POLL)]
    latest = polls[-_MOST_WITHOUT_STATE:]
    has_state = any(each.status == 200 and each.state for each in latest)
    if len(latest) < _MOST_WITHOUT_STATE or has_state:
        return ""
    status = latest[-1].status
    answered = f"were answered with {status}" if status else "had no response"
    return f"the last {_MOST_WITHOUT_STATE} polls {answered}"


def _shown(value: object) -> str:
    return f"'{visible(str(value))[:_LONGEST]}'"
