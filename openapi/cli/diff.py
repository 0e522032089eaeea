"""The command ``gateway-spec diff``."""

import click
from rich.console import Console

from openapi.diff.contracts import compare_contracts
from openapi.diff.report import as_json, as_markdown, print_table
from openapi.diff.sides import read_side
from openapi.errors import SpecError

# Different from the status of errors (1) and of invalid calls (2).
CHANGED_STATUS = 3


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--format", "form", type=click.Choice(["table", "json", "markdown"]), default="table")
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
