"""The configuration of Schemathesis for a dialect with other statuses than it expects.

Schemathesis expects that a valid request is never 400, a client's mistake never 503, and a wrong
method always 405. For a gateway that responds otherwise a run needs a configuration::

    python -m contract_tests.schemathesis_config new-api > schemathesis.toml
    schemathesis --config-file schemathesis.toml run ...
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click
from schemathesis.config import NotAServerErrorConfig, PositiveDataAcceptanceConfig

import openapi
from openapi.contract.document import load_contract
from openapi.contract.error_kinds import ERROR_KINDS
from openapi.dialects import names
from openapi.dialects.contract import contract_for
from openapi.dialects.dialect import Dialect
from openapi.dialects.loading import load_dialects
from openapi.documents.places import operations

_SERVER_ERROR = 500
# Checks that expect one status, with the kind of error that it is for.
_FIXED: Mapping[str, str] = {
    "unsupported_method": "method_not_allowed",
    "missing_required_header": "missing_api_key",
}


def configuration(contract: Mapping[str, Any], dialect: Dialect) -> str:
    """The configuration, in TOML, for a run over the contract of a dialect."""
    lines = ["# How the dialect's statuses differ from those that Schemathesis expects."]
    if off := disabled(dialect):
        lines += ["[checks]", *(f"{check}.enabled = false" for check in off)]
    for name, checks in expectations(contract, dialect):
        lines += ["", "[[operations]]", f'include-operation-id = "{name}"']
        for check, statuses in checks.items():
            lines.append(f"checks.{check}.expected-statuses = {statuses}")
    return "\n".join([*lines, ""])


def disabled(dialect: Dialect) -> Sequence[str]:
    """The checks that expect one status where the dialect has another."""
    return [
        check
        for check, code in _FIXED.items()
        if _status(dialect, code, None) != ERROR_KINDS[code].status
    ]


def expectations(
    contract: Mapping[str, Any], dialect: Dialect
) -> Iterator[tuple[str, Mapping[str, Sequence[str]]]]:
    """The operations where checks must accept further statuses: the statuses by check."""
    for _, operation in operations(contract):
        if checks := dict(_checks(operation, dialect)):
            yield operation["operationId"], checks


def _checks(operation: Mapping[str, Any], dialect: Dialect) -> Iterator[tuple[str, Sequence[str]]]:
    """The checks of an operation that must accept further statuses."""
    statuses = {
        (error_kind.status, _status(dialect, code, operation["operationId"]))
        for code, error_kind in ERROR_KINDS.items()
        if error_kind.occurs_at(operation)
    }
    accepted = PositiveDataAcceptanceConfig().expected_statuses
    # Errors of valid requests, which depend on jobs and keys, under the dialect's status.
    valid = {now for was, now in statuses if str(was) in accepted and not _is_among(now, accepted)}
    blamed = {now for was, now in statuses if was < _SERVER_ERROR <= now}
    for name, usual, more in (
        ("positive_data_acceptance", accepted, valid),
        ("not_a_server_error", NotAServerErrorConfig().expected_statuses, blamed),
    ):
        if more:
            yield name, [*usual, *map(str, sorted(more))]


def _is_among(status: int, patterns: Sequence[str]) -> bool:
    return str(status) in patterns or f"{status // 100}xx" in patterns


def _status(dialect: Dialect, code: str, operation: str | None) -> int:
    """The status of an error at an operation, whatever its parameter."""
    return dialect.rule(ERROR_KINDS[code], operation, None).status or ERROR_KINDS[code].status


@click.command()
@click.argument("dialect", type=click.Choice(names()))
def main(dialect: str) -> None:
    """Print the configuration for a DIALECT."""
    found = load_dialects()[dialect]
    contract = contract_for(load_contract(openapi.CONTRACT), found)
    click.echo(configuration(contract, found), nl=False)


if __name__ == "__main__":
    main()
