"""What a job was born with never changes."""

from collections.abc import Iterator
from typing import Any

from contract_tests.checks.check import LifeCycle
from contract_tests.checks.reading import breach, quoted
from contract_tests.contract.contract import Contract
from contract_tests.findings.finding import Breach, Standing
from contract_tests.lifecycle.trace import Life

_FIXED = ("id", "object", "created_at", "model", "seconds", "size", "remixed_from_video_id")


def _look(_contract: Contract, life: Life) -> Iterator[Breach]:
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
    standing=Standing.VERIFIED,
    look=_look,
)
