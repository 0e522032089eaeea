"""Errors have one form, which a client can read without knowing which error it is."""

from collections.abc import Iterator

from contract_tests.checks.check import Passive
from contract_tests.checks.reading import breach, operation_of, path_of
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.findings import Breach, Standing

_SCHEMA = "ErrorResponse"
_FIRST_ERROR = 400


def _look(contract: Contract, exchange: Exchange) -> Iterator[Breach]:
    if exchange.status < _FIRST_ERROR or operation_of(contract, exchange) is None:
        return
    if exchange.reply.json is None:
        yield breach(exchange, "an error as JSON in the contract's envelope", key="json")
        return
    schema = contract.schema(_SCHEMA)
    for error in contract.validator(schema).iter_errors(exchange.reply.json):
        where = path_of(list(error.instance_path))
        yield breach(
            exchange,
            'an error as {"error": {"message", "type", "param", "code"}}',
            f"{exchange.status} with {where}: {error.message[:160]}",
            key=f"{exchange.status} {where}",
        )
        return


CHECK = Passive(
    name="error_envelope",
    holds="Every error is a JSON object with error.message, error.type, error.param, error.code.",
    source="OpenAI API spec, Error; message_zh from chainhub 363040669",
    standing=Standing.VERIFIED,
    look=_look,
)
