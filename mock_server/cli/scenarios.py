"""``gateway-mock scenarios``: lists the courses a job can take."""

import json
from pathlib import Path

import click

from mock_server.scenarios import SHIPPED


@click.command("scenarios")
@click.option(
    "--scenarios",
    "files",
    type=click.Path(dir_okay=False, path_type=Path),
    multiple=True,
    help="More scenarios; may be repeated.",
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
def scenarios_command(files: tuple[Path, ...], form: str) -> None:
    """List the scenarios: the courses a job can take."""
    # Imported here, so that no other command waits for it.
    from mock_server.scenarios.parsing import load_scenarios
    from openapi.errors import SpecError

    try:
        known = load_scenarios(SHIPPED, *files)
    except SpecError as error:
        raise click.ClickException(str(error)) from error
    if form == "json":
        rows = [{"name": each.name, "summary": each.summary} for each in known.values()]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("scenario", "what happens")
    for each in known.values():
        table.add_row(each.name, each.summary)
    Console(markup=False, highlight=False).print(table)
