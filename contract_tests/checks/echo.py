"""A job shows what was asked for, and the documented default of what was left out."""

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.checks.check import LifeCycle
from contract_tests.checks.reading import breach, quoted
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, Trace
from openapi.contract.evidence import Evidence

_FIELDS = ("model", "seconds", "size")


def _look(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    for trace in life.traces:
        if trace.variant is None or trace.family != "videos":
            continue
        wanted = {name: _wanted(trace, name) for name in _FIELDS}
        for exchange, state in trace.states():
            for name, (value, source) in wanted.items():
                if value is not None and name in state and str(state[name]) != value:
                    expected = f"{name} {quoted(value)}, as {source}"
                    received = f"{name}: {quoted(state[name])}"
                    yield breach(exchange, expected, received, key=name, **_credit(trace, name))


def _wanted(trace: Trace, name: str) -> tuple[str | None, str]:
    if name in trace.sent:
        return str(trace.sent[name]), "it was asked for"
    assert trace.variant is not None
    schema: Mapping[str, Any] = trace.variant.fields.get(name, {})
    return schema.get("default"), "the page says for when it is left out"


def _credit(trace: Trace, name: str) -> dict[str, Any]:
    if name in trace.sent or trace.variant is None:
        return {}
    source = trace.variant.source_of_rule(name, "default")
    return {"source": source, "evidence": trace.variant.evidence}


CHECK = LifeCycle(
    name="echo",
    holds="A job's model, seconds and size are those asked for, or else the documented defaults.",
    source="OpenAI API spec, VideoResource; one page's example shows another name of the model",
    evidence=Evidence.VERIFIED,
    look=_look,
)
