"""Times follow each other: created, completed, expired; a state's time never runs back."""

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.checks.check import LifeCycle
from contract_tests.checks.reading import breach, number
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence

_ORDER = (("created_at", "completed_at"), ("completed_at", "expires_at"))
_CHANGED = "status_update_time"
_COMPLETED = "completed_at"


def _look(contract: TargetContract, life: Life) -> Iterator[Breach]:
    says_when = _COMPLETED in contract.dialect.video.keys
    for trace in life.traces:
        before = 0.0
        for exchange, state in trace.states():
            yield from _order(exchange, state)
            done = trace.stages.completed(state.get("status"))
            yield from _completion(exchange, state, done=done, says_when=says_when)
            changed = number(state.get(_CHANGED)) or before
            if changed < before:
                yield breach(exchange, f"{_CHANGED} that never runs back",
                             f"{changed:g} after {before:g}", key=_CHANGED)  # fmt: skip
            before = max(before, changed)


def _order(exchange: Exchange, state: Mapping[str, Any]) -> Iterator[Breach]:
    for first, second in _ORDER:
        earlier, later = number(state.get(first)), number(state.get(second))
        if earlier is not None and later is not None and later < earlier:
            yield breach(exchange, f"{second} not before {first}",
                         f"{first} {earlier:g}, {second} {later:g}", key=second)  # fmt: skip


def _completion(
    exchange: Exchange, state: Mapping[str, Any], *, done: bool, says_when: bool
) -> Iterator[Breach]:
    if "created_at" in state and done and says_when and not state.get(_COMPLETED):
        yield breach(exchange, "completed_at in a completed job", "completed without it",
                     key="missing", evidence=Evidence.INFERRED)  # fmt: skip
    if number(state.get(_COMPLETED)) is not None and not done:
        yield breach(exchange, "completed_at only when completed",
                     f"completed_at while {state.get('status')}", key="early")  # fmt: skip


CHECK = LifeCycle(
    name="timestamps",
    holds="A job completes after it was created, and its content expires after that.",
    source="OpenAI API spec, VideoResource.completed_at and expires_at",
    evidence=Evidence.VERIFIED,
    look=_look,
)
