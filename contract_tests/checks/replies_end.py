"""Every request is answered, and every answer ends."""

from collections.abc import Iterator

from contract_tests.checks.check import Passive
from contract_tests.checks.reading import breach
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.guard.forwarding import GIVEN_UP, NO_HTTP
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence

# A connection that breaks is the network's as often as the target's.
_BROKE = "connection"


def _look(_contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    where = exchange.operation or exchange.request.path
    if exchange.trouble.startswith(NO_HTTP):
        yield breach(exchange, "an answer that is HTTP", operation=where, key="no HTTP")
        return
    if _BROKE in exchange.trouble or exchange.trouble.startswith(GIVEN_UP):
        return
    yield breach(exchange, "an answer that ends within the bound", operation=where, key="no end")


CHECK = Passive(
    name="replies_end",
    holds="Every request is answered, and the answer ends within the run's bound.",
    source="RFC 9110, 3.4: a request is answered",
    evidence=Evidence.VERIFIED,
    look=_look,
    unanswered=True,
)
