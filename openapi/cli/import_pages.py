"""``gateway-spec import``: imports documentation pages and prints what changed."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from openapi import DOCUMENTED
from openapi.cli.reports import CHANGED_STATUS
from openapi.diff.report import print_table as print_differences
from openapi.documents.changes import Change
from openapi.documents.text import json_text, visible_lines
from openapi.errors import SpecError
from openapi.importing.importer import ImportedPage, ImportReport

_Row = tuple[str, ...]
# More than anybody reads on a terminal, which takes longer to lay them out than to import them.
_MOST_ROWS = 100


@click.command("import")
@click.argument("pages", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--documented",
    default=DOCUMENTED,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of documented pages.  [default: the shipped one]",
)
@click.option("--name", help="Name of the page, if there is only one.")
@click.option(
    "--check", is_flag=True, help="Write nothing; exit with status 3 if something would change."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    help="Output format.  [default: table]",
)
def import_command(
    pages: tuple[Path, ...], documented: Path, name: str | None, *, check: bool, form: str
) -> None:
    """Import documentation PAGES: all of them or none."""
    # Imported here so that help and other commands start faster.
    from openapi.building.rehearsal import import_and_compare

    if name and len(pages) > 1:
        raise click.UsageError("--name is for a single page")
    try:
        report = import_and_compare(list(pages), documented, name, check=check)
    except SpecError as error:
        raise click.ClickException(str(error)) from error
    show(report, form)
    if check and report.changed:
        raise click.exceptions.Exit(CHANGED_STATUS)


def show(report: ImportReport, form: str) -> None:
    """Print a report as ``table`` or as ``json``."""
    if form == "json":
        click.echo(json_text(json.dumps(as_json(report), indent=2, ensure_ascii=False)))
        return
    console = Console(markup=False, highlight=False)
    console.print(_table(("page", "file", "repairs", "verbatim", "facts"), _summary(report)))
    for title, columns, rows in _details(report):
        if rows:
            console.print(_table(columns, iter(rows[:_MOST_ROWS]), title))
        if len(rows) > _MOST_ROWS:
            console.print(f"... and {len(rows) - _MOST_ROWS} more: --format json has all")
    if report.differences:
        print_differences(report.differences, console)


def as_json(report: ImportReport) -> dict[str, Any]:
    """The report as plain data; ``changes`` is null for a new page."""
    shown: dict[str, Any] = json.loads(json.dumps(asdict(report), default=str))
    if report.differences is not None:
        shown["differences"] = [each.as_json() for each in report.differences]
    return shown


def _summary(report: ImportReport) -> Iterator[_Row]:
    for page in report.pages:
        counts = (str(len(page.repairs)), str(len(page.verbatim)))
        yield (page.name, str(page.file), *counts, _verdict(page.changes) + _replaced(page))
    if report.contract is not None:
        yield ("", "the contract", "", "", _verdict(report.contract))


def _replaced(page: ImportedPage) -> str:
    return f", replaces the page {page.replaced}" if page.replaced else ""


def _verdict(found: tuple[Change, ...] | None) -> str:
    if found is None:
        return "new page"
    return f"{len(found)} changed" if found else "unchanged"


def _details(report: ImportReport) -> Iterator[tuple[str, _Row, list[_Row]]]:
    yield "Repaired YAML", ("page", "what was done"), list(_rows(report, _repairs))
    yield "Kept verbatim, no wording", ("page", "text"), list(_rows(report, _verbatim))
    differences = ("at", "was", "is")
    for page in report.pages:
        yield f"Changed facts of {page.name}", differences, _changes(page.changes)


def _rows(report: ImportReport, rows: Callable[[ImportedPage], Iterator[_Row]]) -> Iterator[_Row]:
    for page in report.pages:
        yield from rows(page)


def _repairs(page: ImportedPage) -> Iterator[_Row]:
    return ((f"{page.source}:{repair.line}", repair.what) for repair in page.repairs)


def _verbatim(page: ImportedPage) -> Iterator[_Row]:
    return ((f"{page.source}:{prose.line}", prose.text.strip()) for prose in page.verbatim)


def _changes(found: tuple[Change, ...] | None) -> list[_Row]:
    return [(change.pointer, _value(change.old), _value(change.new)) for change in found or ()]


def _value(value: Any) -> str:
    return "-" if value is None else json.dumps(value, ensure_ascii=False)


def _table(columns: _Row, rows: Iterator[_Row], title: str | None = None) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")  # a path that is cut short cannot be opened
    for row in rows:
        table.add_row(*map(visible_lines, row))
    return table
