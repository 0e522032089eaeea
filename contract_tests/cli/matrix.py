"""``gateway-contract matrix``: what is looked at in each operation, and what proves it."""

import json
from collections.abc import Iterator, Sequence

import click
from rich.console import Console
from rich.table import Table

from contract_tests.contract.target_contract import TargetContract
from contract_tests.runner.options import Options, UsageError
from openapi.dialects import DEFAULT

_HEAD = ("aspect", "operations", "checks", "defects that prove them, or why not")
# The width of a table written to a file, so that no name is cut.
_WIDTH = 160


@click.command("matrix")
@click.option("--dialect", default=DEFAULT, show_default=True, help="Dialect of the contract.")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text")
def matrix_command(dialect: str, form: str) -> None:
    """Print which check looks at which aspect of which operation, and which defects prove it.

    A cell without a check, or with a check that no defect proves, has a reason.
    """
    from contract_tests.matrix.matrix import cells

    try:
        contract = Options(dialect=dialect).read_contract()
    except UsageError as error:
        raise click.UsageError(str(error)) from error
    if form == "json":
        found = [
            {
                "aspect": cell.aspect.title,
                "operation": cell.operation,
                "checks": cell.checks,
                "defects": cell.defects,
                "reason": cell.reason,
            }
            for cell in cells(contract)
        ]
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    lines = list(_lines(contract))
    if form == "markdown":
        for line in (_HEAD, ("---",) * len(_HEAD), *lines):
            click.echo(f"| {' | '.join(line)} |")
        return
    _show(lines)


def _lines(contract: TargetContract) -> Iterator[Sequence[str]]:
    """A line for all operations with the same checks, defects and reason."""
    from contract_tests.matrix.matrix import rows

    for row in rows(contract):
        is_all = len(row.operations) == len(contract.operations)
        proof = ", ".join(row.cell.defects)
        yield (
            row.aspect.title,
            "all" if is_all else ", ".join(row.operations),
            ", ".join(row.cell.checks) or "-",
            proof if row.cell.is_proved else row.cell.reason,
        )


def _show(lines: Sequence[Sequence[str]]) -> None:
    table = Table(*_HEAD, show_lines=True)
    for line in lines:
        table.add_row(*line)
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console.width = _WIDTH
    console.print(table)
