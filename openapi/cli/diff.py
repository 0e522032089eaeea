"""The command ``gateway-spec diff``."""

import click
from rich.console import Console

from openapi.diff.contracts import compare_contracts
from openapi.diff.report import as_json, as_markdown, print_table
from openapi.diff.sides import read_side
from openapi.errors import SpecError

# An error ends the command with 1 and a wrong call with 2; a pipeline can distinguish them.
CHANGED_STATUS = 3


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--format", "form", type=click.Choice(["table", "json", "markdown"]), default="table")
@click.option(
    "--fail-on",
    type=click.Choice(["breaking", "any"]),
    help="End with status 3 when there is a change that breaks clients or the gateway, or any.",
)
def diff_command(old: str, new: str, form: str, fail_on: str | None) -> None:
    """List what changed from OLD to NEW, and whom each change breaks.

    Each is a contract, a folder of documented pages, or REVISION:PATH of a git repository. A
    revision alone stands for the other side's path at that revision.
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
