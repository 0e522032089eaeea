"""A refusal for want of a key says which scheme to use."""

from collections.abc import Iterator

from contract_tests.checks.check import Passive
from contract_tests.checks.reading import breach, operation_of
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence

_UNAUTHORIZED = 401
_HEADER = "www-authenticate"


def _look(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    operation = operation_of(contract, exchange)
    if exchange.status != _UNAUTHORIZED or operation is None:
        return
    documented = (operation.response(_UNAUTHORIZED) or {}).get("headers", {})
    if _HEADER not in map(str.lower, documented):
        return
    given = exchange.reply.header(_HEADER)
    if not (given or "").lower().startswith("bearer"):
        yield breach(exchange, "WWW-Authenticate: Bearer ...", f"401 with {given}", key="challenge")


CHECK = Passive(
    name="challenge",
    holds="A 401 has WWW-Authenticate that names the Bearer scheme.",
    source="RFC 9110, 11.6.1; good practice",
    evidence=Evidence.INFERRED,
    look=_look,
)
