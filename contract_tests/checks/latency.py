"""Answers come within a budget that a polling client can live with."""

from collections.abc import Iterator, Mapping

from contract_tests.checks.check import Passive
from contract_tests.checks.reading import breach
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence

READ_S = 2.0
# Uploads are checked and files are sent in full before the answer ends.
_LONGER: Mapping[str, float] = {"downloadVideoContent": 30.0}
_MAKES_S = 10.0
# For the way there and back.
_TRAVEL_S = 0.1


def _look(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    if not contract.has(exchange.operation):
        return
    makes = contract.operation(exchange.operation).makes
    bound = _LONGER.get(exchange.operation, _MAKES_S if makes else READ_S)
    taken = exchange.reply.elapsed_s
    if taken > bound + _TRAVEL_S:
        yield breach(exchange, f"an answer within {bound:g} s", f"{taken:.1f} s", key="slow")


CHECK = Passive(
    name="latency",
    holds="A read is answered within 2 seconds, a create within 10, a download within 30.",
    source="good practice",
    evidence=Evidence.INFERRED,
    look=_look,
)
