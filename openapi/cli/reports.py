"""``gateway-spec conflicts``, ``operations`` and ``diff``: reports about pages and contracts."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

import openapi
from openapi import DOCUMENTED
from openapi.building.overlay_conflicts import overlay_conflicts
from openapi.conflicts import ANNOTATIONS, Conflict, Severity, find
from openapi.contract.contract import Contract
from openapi.contract.document import load_contract
from openapi.diff.contracts import compare_contracts
from openapi.diff.report import as_json, as_markdown, print_table
from openapi.diff.sides import read_side
from openapi.documents.text import json_text, visible_lines
from openapi.errors import SpecError
from openapi.pages.documented import load_pages

# Different from the status of errors (1) and of invalid calls (2).
CHANGED_STATUS = 3
BETWEEN, NOTES = "between pages", "habits of the exporter"
SEVERITIES = tuple(severity.value for severity in Severity)


@click.command("conflicts")
@click.option(
    "--documented",
    default=DOCUMENTED,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of documented pages.  [default: the shipped one]",
)
@click.option(
    "--remarks",
    "annotations",
    default=ANNOTATIONS,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Notes on the pages.  [default: the shipped file]",
)
@click.option(
    "--overlay",
    default=openapi.OVERLAY,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Overlay, whose changes to the pages are listed too.  [default: the shipped file]",
)
@click.option("--page", "pages", multiple=True, help="Only conflicts of this page; repeatable.")
@click.option("--rule", "rules", multiple=True, help="Only conflicts of this rule; repeatable.")
@click.option(
    "--severity",
    type=click.Choice(SEVERITIES),
    default=SEVERITIES[-1],
    help="Only conflicts of this severity or higher.  [default: note]",
)
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    help="Exit with status 3 if there is a conflict of this severity or higher.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    help="Output format.  [default: table]",
)
def conflicts_command(
    *,
    documented: Path,
    annotations: Path,
    overlay: Path,
    fail_on: str | None,
    form: str,
    **options: Any,
) -> None:
    """List the conflicts of documented pages.

    A conflict is within a page or between pages, and is listed with how it is settled.
    """
    try:
        pages = load_pages(documented)
        found = [*find(pages, annotations), *overlay_conflicts(pages, overlay)]
    except SpecError as error:
        raise click.ClickException(str(error)) from error
    shown = [conflict for conflict in found if _is_wanted(conflict, **options)]
    if form == "json":
        rows = [asdict(conflict) for conflict in shown]
        click.echo(json_text(json.dumps(rows, indent=2, ensure_ascii=False)))
    else:
        _print(shown)
    if fail_on and any(_reaches(conflict, fail_on) for conflict in shown):
        raise click.exceptions.Exit(CHANGED_STATUS)


def _is_wanted(
    conflict: Conflict, *, pages: Sequence[str], rules: Sequence[str], severity: str
) -> bool:
    return (
        (not pages or any(claim.page in pages for claim in conflict.claims))
        and (not rules or conflict.rule in rules)
        and _reaches(conflict, severity)
    )


def _reaches(conflict: Conflict, severity: str) -> bool:
    return SEVERITIES.index(conflict.severity) <= SEVERITIES.index(severity)


def _print(found: Sequence[Conflict]) -> None:
    console = Console(markup=False, highlight=False)
    groups: dict[str, list[Conflict]] = {}
    for conflict in found:
        groups.setdefault(_group(conflict), []).append(conflict)
    last = (BETWEEN, NOTES)
    pages = sorted(groups.keys() - set(last))
    for name in (*pages, *(each for each in last if each in groups)):
        rows = groups[name]
        console.print(_table(name, _by_rule(rows) if name == NOTES else rows))
    noted = sum(conflict.found == "remark" for conflict in found)
    console.print(f"{len(found)} conflicts, {len(found) - noted} by rule, {noted} noted by people")


def _by_rule(notes: Sequence[Conflict]) -> list[Conflict]:
    """One row a rule: a habit of the exporter is the same on every page."""
    found: dict[str, list[Conflict]] = {}
    for note in notes:
        found.setdefault(note.rule, []).append(note)
    return [
        replace(
            same[0],
            operation=", ".join(dict.fromkeys(each.operation for each in same)),
            field=", ".join(dict.fromkeys(each.field for each in same)),
            claims=tuple(claim for each in same for claim in each.claims),
        )
        for same in found.values()
    ]


def _group(conflict: Conflict) -> str:
    if conflict.severity is Severity.NOTE:
        return NOTES
    return conflict.claims[0].page if conflict.scope == "page" else BETWEEN


def _table(title: str, rows: Sequence[Conflict]) -> Table:
    table = Table(title=title, title_justify="left", show_lines=True)
    for column, share in (("what", 2), ("where the pages say it", 4), ("settled", 3)):
        table.add_column(column, ratio=share, overflow="fold")
    for conflict in rows:
        what = f"{conflict.rule}, {conflict.severity}\n{conflict.operation}\n{conflict.field}"
        claims = [f"{claim.page}:{claim.line} {claim.says}" for claim in conflict.claims]
        table.add_row(*map(visible_lines, (what, "\n".join(claims), conflict.settled)))
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
    "--contract",
    default=openapi.CONTRACT,
    type=click.Path(path_type=Path),
    help="OpenAPI contract.  [default: the shipped one]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    help="Output format.  [default: table]",
)
def operations_command(contract: Path, form: str) -> None:
    """List the operations of a contract.

    Each is documented, verified elsewhere, or inferred.
    """
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


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "markdown"]),
    default="table",
    help="Output format.  [default: table]",
)
@click.option(
    "--fail-on",
    type=click.Choice(["breaking", "any"]),
    help="Exit with status 3 if there is a change that breaks somebody, or any change.",
)
def diff_command(old: str, new: str, form: str, fail_on: str | None) -> None:
    """List the changes from OLD to NEW.

    Each change is listed with the parties that it breaks. OLD and NEW are contracts, folders of
    documented pages, or REVISION:PATH of a git repository; REVISION alone is the other path at that
    revision.
    """
    try:
        found = compare_contracts(read_side(old, new), read_side(new, old))
    except SpecError as error:
        raise click.ClickException(str(error)) from error
    if form == "table":
        print_table(found, Console(markup=False, highlight=False))
    else:
        click.echo(as_json(found) if form == "json" else as_markdown(found))
    if found and (fail_on == "any" or (fail_on == "breaking" and any(f.breaks for f in found))):
        raise click.exceptions.Exit(CHANGED_STATUS)
