"""What a job was born with never changes."""

from collections.abc import Iterator
from typing import Any

from contract_tests.checks.check import LifeCycle
from contract_tests.checks.reading import breach, quoted
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life
from openapi.contract.evidence import Evidence

_FIXED = ("id", "object", "created_at", "model", "seconds", "size", "remixed_from_video_id")


def _look(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    for trace in life.traces:
        born: dict[str, Any] = {}
        for exchange, state in trace.states():
            for name in _FIXED:
                if state.get(name) is None:
                    continue
                first = born.setdefault(name, state[name])
                if first != state[name]:
                    expected = f"{name} {quoted(first)} as before"
                    yield breach(exchange, expected, f"{name}: {quoted(state[name])}", key=name)


CHECK = LifeCycle(
    name="immutable",
    holds="A job's id, created_at, model, seconds and size are the same in every answer.",
    source="OpenAI API spec, VideoResource",
    evidence=Evidence.VERIFIED,
    look=_look,
)
