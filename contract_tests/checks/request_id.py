"""Every answer names its exchange, so that a problem can be reported."""

from collections.abc import Iterator

from contract_tests.checks.check import Passive
from contract_tests.checks.reading import breach, operation_of
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence


def _look(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    name = contract.dialect.headers.request_id
    if operation_of(contract, exchange) and not exchange.reply.header(name):
        yield breach(exchange, f"the header {name}", f"{exchange.status} without it", key=name)


CHECK = Passive(
    name="request_id",
    holds="Every answer names its exchange: in x-request-id, or in the dialect's own header.",
    source="openai-python reads x-request-id; good practice",
    evidence=Evidence.INFERRED,
    look=_look,
)
