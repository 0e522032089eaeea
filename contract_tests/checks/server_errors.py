"""A server answers what it is asked, however it is asked, without breaking."""

from collections.abc import Iterator

from contract_tests.checks.check import Passive
from contract_tests.checks.reading import breach, operation_of
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.wire.exchange import Exchange
from openapi.contract.evidence import Evidence

_FIRST = 500
_UNAVAILABLE = 503


def _look(contract: TargetContract, exchange: Exchange) -> Iterator[Breach]:
    if exchange.status < _FIRST or exchange.status == _UNAVAILABLE:
        return
    operation = operation_of(contract, exchange)
    if operation is None or exchange.status not in contract.server_errors_for_requests(operation):
        where = exchange.operation or exchange.request.path
        yield breach(exchange, "any answer but a server error", operation=where, key="5xx")


CHECK = Passive(
    name="server_errors",
    holds="No request makes the server fail: 5xx is for a service that is not available.",
    source="RFC 9110, 15.5 and 15.6",
    evidence=Evidence.VERIFIED,
    look=_look,
)
