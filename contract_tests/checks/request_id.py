"""Every answer names its exchange, so that a problem can be reported."""

from collections.abc import Iterator

from contract_tests.checks.check import Passive
from contract_tests.checks.reading import breach, operation_of
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.findings import Breach, Standing

_HEADER = "x-request-id"


def _look(contract: Contract, exchange: Exchange) -> Iterator[Breach]:
    if operation_of(contract, exchange) and not exchange.reply.header(_HEADER):
        yield breach(exchange, f"the header {_HEADER}", f"{exchange.status} without it",
                     key=_HEADER)  # fmt: skip


CHECK = Passive(
    name="request_id",
    holds="Every answer has x-request-id, which OpenAI's clients show with an error.",
    source="openai-python reads x-request-id; good practice",
    standing=Standing.INFERRED,
    look=_look,
)
