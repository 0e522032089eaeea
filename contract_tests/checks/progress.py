"""Progress runs from 0 to 100 and never falls."""

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.checks.check import LifeCycle
from contract_tests.checks.reading import breach, number
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, Trace
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence

_ALL = 100


def _look(contract: TargetContract, life: Life) -> Iterator[Breach]:
    always = contract.dialect.progress.always
    for trace in life.traces:
        before = 0.0
        for exchange, state in trace.states():
            progress = _percent(state)
            if progress is None:
                continue
            yield from _one(trace, exchange, progress, always)
            if contract.stands_for_stage(state.get("status"), progress):
                continue
            if progress < before:
                received = f"{progress:g} after {before:g}"
                yield breach(exchange, "progress that never falls", received, key="falls")
            before = max(before, progress)


def _one(
    trace: Trace, exchange: Exchange, progress: float, always: Mapping[str, int]
) -> Iterator[Breach]:
    status, stages = exchange.reply.object.get("status"), trace.stages
    received = f"{progress:g} while {status}"
    end = always.get("completed", _ALL)
    if not 0 <= progress <= _ALL:
        yield breach(exchange, "progress within 0 and 100", received, key="range")
    elif stages.completed(status) and progress != end:
        yield breach(exchange, f"progress {end} when completed", received, key="completed")
    elif stages.running(status) and progress == _ALL and "running" not in always:
        yield breach(exchange, "progress below 100 until completed", received, key="running",
                     source="good practice", evidence=Evidence.INFERRED)  # fmt: skip


def _percent(state: Mapping[str, Any]) -> float | None:
    """Progress in percent; the unified format has it as a share in its detail, while it runs."""
    if "progress" in state:
        return number(state["progress"])
    detail = state.get("detail")
    pending = detail.get("pending_info") if isinstance(detail, Mapping) else None
    share = number(pending.get("progress_pct")) if isinstance(pending, Mapping) else None
    return None if share is None else share * _ALL


CHECK = LifeCycle(
    name="progress",
    holds="Progress lies within 0 and 100, never falls, and is 100 when the job is completed.",
    source="OpenAI API spec, VideoResource.progress",
    evidence=Evidence.VERIFIED,
    look=_look,
)
