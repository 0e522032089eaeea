"""A documented request is accepted."""

from collections.abc import Iterator

from contract_tests.checks.check import LifeCycle
from contract_tests.checks.reading import breach
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, Moment
from openapi.contract.evidence import Evidence

# Refusals that say that the request is wrong; others are about quota, permission or the service.
_WRONG = frozenset({400, 405, 406, 411, 413, 415, 422})


def _look(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    for trace in life.having(Moment.CREATE):
        exchange = trace.at(Moment.CREATE)[0]
        variant = trace.variant
        if exchange.status in _WRONG and variant is not None:
            expected = f"200 for the request of {variant.name} as {variant.media_type}"
            yield breach(exchange, expected, key=f"{variant.name} {variant.media_type}",
                         source=variant.source, evidence=variant.evidence)  # fmt: skip


CHECK = LifeCycle(
    name="documented_requests",
    holds="A create that a page documents is accepted, as a form and as JSON.",
    source="the documented requests",
    evidence=Evidence.DOCUMENTED,
    look=_look,
)
