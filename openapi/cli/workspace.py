"""The commands ``gateway-spec init`` and ``gateway-spec models``."""

import shlex
from pathlib import Path

import click
from rich.console import Console

import openapi
from openapi.errors import SpecError

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("pages", nargs=-1, required=True, type=click.Path(path_type=Path))
def init_command(folder: Path, pages: tuple[Path, ...]) -> None:
    """Create FOLDER for the gateway of some PAGES.

    It contains the documented pages, an overlay and a model catalogue to edit, and the built
    contract.
    """
    from openapi.building.workspace import create_workspace

    try:
        made, report = create_workspace(folder, pages)
    except SpecError as error:
        raise click.ClickException(str(error)) from error
    console = Console(markup=False, highlight=False, soft_wrap=True)
    for page in report.pages:
        console.print(f"{made.documented / page.file.name}: {len(page.repairs)} repairs")
    for file, what in (
        (made.overlay, "overlay; add what the pages leave out"),
        (made.models, "model catalogue; fill in prices and times"),
        (made.contract, "the contract"),
    ):
        console.print(f"{file}: {what}")
    build = ("build", "--documented", made.documented, "--overlay", made.overlay)
    options = (*build, "--models", made.models, "--skip-unmatched", "--out", made.contract)
    console.print("Build it again after a change:")
    console.print(f"  gateway-spec {shlex.join(map(str, options))}")
    serve = ("--contract", made.contract, "--models", made.models)
    console.print("Serve it:")
    console.print(f"  gateway-mock {shlex.join(map(str, serve))}")


@click.command("models")
@click.option(
    "--contract",
    default=openapi.CONTRACT,
    type=_FILE,
    help="OpenAPI contract.  [default: the shipped one]",
)
@click.option(
    "--models",
    default=openapi.MODELS,
    type=_FILE,
    help="Model catalogue.  [default: the shipped one]",
)
@click.option(
    "--skeleton", is_flag=True, help="Print catalogue rows for these models, to be filled in."
)
def models_command(contract: Path, models: Path, *, skeleton: bool) -> None:
    """List the models that the catalogue does not have."""
    from openapi.building.workspace import missing_models, missing_rows

    try:
        found = missing_models(contract, models)
        rows = missing_rows(contract, models) if skeleton and found else ""
    except SpecError as error:
        raise click.ClickException(str(error)) from error
    if skeleton:
        click.echo(rows, nl=False)
    elif found:
        click.echo("\n".join(found))
    else:
        click.echo("Every model has a row.")
