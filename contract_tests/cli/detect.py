"""``gateway-contract detect``: which check finds which defect."""

import json

import click
from rich.console import Console
from rich.table import Table

from contract_tests.runner.options import UsageError
from openapi.dialects import DEFAULT

# The width of a table written to a file, so that no name is cut.
_WIDTH = 160


@click.command("detect")
@click.argument("defects", nargs=-1, metavar="[DEFECT]...")
@click.option(
    "--seed",
    default=1,
    show_default=True,
    help="Seed of generated requests, to make runs repeatable.",
)
@click.option("--dialect", default=DEFAULT, show_default=True, help="Dialect of the servers.")
@click.option("--plain", is_flag=True, help="Also run plain Schemathesis; takes minutes.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.pass_context
def detect_command(
    context: click.Context,
    /,
    *,
    defects: tuple[str, ...],
    seed: int,
    dialect: str,
    plain: bool,
    form: str,
) -> None:
    """Run the checks against servers with known defects.

    Prints which check found each defect. Defects that do not apply to the dialect are left out. The
    exit status is 1 when a defect was not found at the right operation within its number of jobs.
    """
    from contract_tests.defects.detection import (
        known_defects,
        plain_schemathesis,
        proving_ground,
        recorded_plain,
    )

    try:
        wanted = list(known_defects(defects))
    except KeyError as error:
        raise click.UsageError(f"no defect {error}; see 'gateway-contract detect'") from error
    try:
        ground = proving_ground(seed, dialect)
    except UsageError as error:
        raise click.UsageError(str(error)) from error
    recorded = recorded_plain() if dialect == DEFAULT else {}
    rows = []
    for defect in filter(ground.applies, wanted):
        found = ground.detect(defect)
        other = plain_schemathesis(defect, seed) if plain else recorded.get(defect.id)
        rows.append(
            {
                "defect": defect.id,
                "summary": defect.summary,
                "caught": found.caught,
                "caught_by": [f"{check} on {operation}" for check, operation in found.expected],
                "requests": found.requests,
                "jobs": found.jobs,
                "schemathesis": other,
            }
        )
    if form == "json":
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        _show(rows)
    context.exit(0 if all(row["caught"] for row in rows) else 1)


def _show(rows: list[dict[str, object]]) -> None:
    table = Table("defect", "")
    table.add_column("caught by", no_wrap=True)
    table.add_column("requests", justify="right")
    table.add_column("jobs", justify="right")
    table.add_column("plain schemathesis run")
    for row in rows:
        by = row["caught_by"]
        first = by[0] if isinstance(by, list) and by else "NOT CAUGHT"
        other = row["schemathesis"]
        plain = "not asked" if other is None else str(other) or "-"
        table.add_row(str(row["defect"]), str(row["summary"]), str(first), str(row["requests"]),
                      str(row["jobs"]), plain)  # fmt: skip
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console.width = _WIDTH
    console.print(table)
    missed = [row["defect"] for row in rows if not row["caught"]]
    console.print(f"{len(rows) - len(missed)} of {len(rows)} caught")
