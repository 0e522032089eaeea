"""``gateway-spec operations``: every operation of a contract with its standing and sources."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

import openapi
from openapi.building.check import operations
from openapi.contract.document import load_contract
from openapi.errors import SpecError

WORDS = {"documented": "documented", "verified": "verified elsewhere", "inferred": "inferred"}


@dataclass(frozen=True, slots=True)
class Row:
    """One operation: what it is called, what it rests on, and who says so."""

    operation: str
    operation_id: str
    summary: str
    standing: str
    source: str


def rows(contract: Path) -> Iterator[Row]:
    """The operations in the contract's order.

    Raises:
        SpecError: the file is no contract.
    """
    for name, operation in operations(load_contract(contract)):
        standing = str(operation.get("x-standing", "inferred"))
        yield Row(
            name,
            operation["operationId"],
            operation.get("summary", ""),
            WORDS.get(standing, standing),
            operation.get("x-source", "nobody"),
        )


@click.command("operations")
@click.option(
    "--contract", default=openapi.CONTRACT, type=click.Path(path_type=Path), help="Contract."
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
def operations_command(contract: Path, form: str) -> None:
    """List every operation with its standing: documented, verified elsewhere or inferred."""
    try:
        found = list(rows(contract))
    except SpecError as error:
        raise click.ClickException(str(error)) from error
    if form == "json":
        click.echo(json.dumps([asdict(row) for row in found], indent=2, ensure_ascii=False))
        return
    table = Table("operation", "standing", "source")
    for row in found:
        table.add_row(row.operation, row.standing, row.source)
    Console(markup=False, highlight=False).print(table)
