"""What Schemathesis has to be told of a dialect whose statuses are not those it expects.

It holds that a valid request is never 400, a client's mistake never 503, and a wrong method always
405. Where a gateway answers otherwise, a run needs a configuration that says so::

    python -m contract_tests.schemathesis_config new-api > schemathesis.toml
    schemathesis --config-file schemathesis.toml run ...
"""

from collections.abc import Iterator, Mapping
from typing import Any

import click
from schemathesis.config import NotAServerErrorConfig, PositiveDataAcceptanceConfig

import openapi
from openapi.contract import load_contract
from openapi.contract_rules import operations
from openapi.dialects import names
from openapi.dialects.contract import contract_for
from openapi.dialects.dialect import Dialect
from openapi.dialects.loading import load_dialects
from openapi.situations import SITUATIONS

_SERVER_ERROR = 500
_BAD_REQUEST = 400


def configuration(contract: Mapping[str, Any], dialect: Dialect) -> str:
    """The configuration, in TOML, for a run over the contract as that dialect speaks it."""
    lines = ["# How the dialect's statuses differ from those that Schemathesis expects."]
    if _status(dialect, "method_not_allowed", None) != SITUATIONS["method_not_allowed"].status:
        lines += ["[checks]", "unsupported_method.enabled = false"]
    for _, operation in operations(contract):
        checks = list(_checks(operation, dialect))
        if checks:
            named = f'include-operation-id = "{operation["operationId"]}"'
            lines += ["", "[[operations]]", named, *checks]
    return "\n".join([*lines, ""])


def _checks(operation: Mapping[str, Any], dialect: Dialect) -> Iterator[str]:
    """The checks of an operation that have to expect more than they do."""
    told = {
        (situation.status, _status(dialect, code, operation["operationId"]))
        for code, situation in SITUATIONS.items()
        if situation.occurs_at(operation)
    }
    accepted = PositiveDataAcceptanceConfig().expected_statuses
    # What a valid request may meet, because it depends on jobs and keys, and is 400 here.
    valid = {now for was, now in told if str(was) in accepted and now == _BAD_REQUEST}
    blamed = {now for was, now in told if was < _SERVER_ERROR <= now}
    for name, usual, more in (
        ("positive_data_acceptance", accepted, valid),
        ("not_a_server_error", NotAServerErrorConfig().expected_statuses, blamed),
    ):
        if more:
            expected = [*usual, *map(str, sorted(more))]
            yield f"checks.{name}.expected-statuses = {expected}"


def _status(dialect: Dialect, code: str, operation: str | None) -> int:
    """The status of an error at an operation, whatever its parameter."""
    return dialect.rule(SITUATIONS[code], operation, None).status or SITUATIONS[code].status


@click.command()
@click.argument("dialect", type=click.Choice(names()))
def main(dialect: str) -> None:
    """Print the configuration for a DIALECT."""
    found = load_dialects()[dialect]
    contract = contract_for(load_contract(openapi.CONTRACT), found)
    click.echo(configuration(contract, found), nl=False)


if __name__ == "__main__":
    main()
