"""A refusal for want of a key says which scheme to use."""

from collections.abc import Iterator

from contract_tests.checks.check import Passive
from contract_tests.checks.reading import breach
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.findings import Breach, Standing

_UNAUTHORIZED = 401


def _look(_contract: Contract, exchange: Exchange) -> Iterator[Breach]:
    if exchange.status != _UNAUTHORIZED or not exchange.operation:
        return
    given = exchange.reply.header("www-authenticate")
    if not (given or "").lower().startswith("bearer"):
        yield breach(exchange, "WWW-Authenticate: Bearer ...", f"401 with {given}", key="challenge")


CHECK = Passive(
    name="challenge",
    holds="A 401 has WWW-Authenticate that names the Bearer scheme.",
    source="RFC 9110, 11.6.1; good practice",
    standing=Standing.INFERRED,
    look=_look,
)
