"""``gateway-spec conflicts`` and ``gateway-spec operations``: reports about pages and contract."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

import openapi
from openapi import DOCUMENTED
from openapi.conflicts import ANNOTATIONS, Conflict, find
from openapi.contract.contract import Contract
from openapi.contract.document import load_contract
from openapi.errors import SpecError
from openapi.pages.documented import load_pages

BETWEEN = "between pages"


@click.command("conflicts")
@click.option(
    "--documented",
    default=DOCUMENTED,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder that keeps one file a page.  [default: the folder of this package]",
)
@click.option(
    "--remarks",
    "annotations",
    default=ANNOTATIONS,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Notes on the pages.  [default: the file of this package]",
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
def conflicts_command(documented: Path, annotations: Path, form: str) -> None:
    """List every disagreement in and between the documented pages, and how it was settled."""
    try:
        found = find(load_pages(documented), annotations)
    except SpecError as error:
        raise click.ClickException(str(error)) from error
    if form == "json":
        rows = [asdict(conflict) for conflict in found]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    _print(found)


def _print(found: Sequence[Conflict]) -> None:
    console = Console(markup=False, highlight=False)
    groups: dict[str, list[Conflict]] = {}
    for conflict in found:
        groups.setdefault(_group(conflict), []).append(conflict)
    for name in sorted(groups, key=lambda name: (name == BETWEEN, name)):
        console.print(_table(name, groups[name]))
    noted = sum(conflict.found == "remark" for conflict in found)
    console.print(f"{len(found)} conflicts, {len(found) - noted} by rule, {noted} noted by people")


def _group(conflict: Conflict) -> str:
    return conflict.claims[0].page if conflict.scope == "page" else BETWEEN


def _table(title: str, rows: Sequence[Conflict]) -> Table:
    table = Table(title=title, title_justify="left", show_lines=True)
    for column, share in (("what", 2), ("where the pages say it", 4), ("settled", 3)):
        table.add_column(column, ratio=share, overflow="fold")
    for conflict in rows:
        what = f"{conflict.rule}\n{conflict.operation}\n{conflict.field}"
        claims = [f"{claim.page}:{claim.line} {claim.says}" for claim in conflict.claims]
        table.add_row(what, "\n".join(claims), conflict.settled)
    return table


WORDS = {"documented": "documented", "verified": "verified elsewhere", "inferred": "inferred"}


@dataclass(frozen=True, slots=True)
class Row:
    """One operation of a contract, with its evidence and source."""

    operation: str
    operation_id: str
    summary: str
    standing: str
    source: str


def rows(contract: Path) -> Iterator[Row]:
    """The operations in the contract's order.

    Raises:
        SpecError: the file is not a contract.
    """
    for operation in Contract(load_contract(contract)).operations:
        standing = str(operation.node.get("x-standing", "inferred"))
        yield Row(
            f"{operation.method} {operation.path}",
            operation.id,
            operation.node.get("summary", ""),
            WORDS.get(standing, standing),
            operation.node.get("x-source", "nobody"),
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
