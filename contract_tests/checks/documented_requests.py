"""A documented request is accepted."""

from collections.abc import Iterator

from contract_tests.checks.check import LifeCycle
from contract_tests.checks.reading import breach
from contract_tests.contract.contract import Contract
from contract_tests.findings.finding import Breach, Standing
from contract_tests.lifecycle.trace import Life, Moment

# Refusals that say that the request is wrong; others are about quota, permission or the service.
_WRONG = frozenset({400, 405, 406, 411, 413, 415, 422})


def _look(_contract: Contract, life: Life) -> Iterator[Breach]:
    for trace in life.having(Moment.CREATE):
        exchange = trace.at(Moment.CREATE)[0]
        variant = trace.variant
        if exchange.status in _WRONG and variant is not None:
            expected = f"200 for the request of {variant.name} as {variant.media_type}"
            yield breach(exchange, expected, key=f"{variant.name} {variant.media_type}",
                         source=variant.source, standing=Standing(variant.standing))  # fmt: skip


CHECK = LifeCycle(
    name="documented_requests",
    holds="A create that a page documents is accepted, as a form and as JSON.",
    source="the documented requests",
    standing=Standing.DOCUMENTED,
    look=_look,
)
