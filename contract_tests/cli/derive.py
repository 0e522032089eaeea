"""``gateway-contract derive``: what a cassette shows, as files that the fake reads."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

import openapi
from contract_tests.cli.options import FILE, format_option
from contract_tests.recording.cassette import Cassette
from contract_tests.recording.errors import CassetteError
from openapi.catalogue.models import load_catalogue
from openapi.dialects import DEFAULT
from openapi.dialects.loading import load_dialects
from openapi.documents.text import visible_lines
from openapi.documents.writing import write_all
from openapi.errors import SpecError

if TYPE_CHECKING:
    from contract_tests.deriving.files import Derived

_FOLDER = click.Path(file_okay=False, path_type=Path)
# The width of a table written to a file, so that no source is cut.
_WIDTH = 160


@click.command("derive")
@click.argument("cassette", metavar="NAME", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=_FOLDER,
    metavar="FOLDER",
    help="Write the files to this folder; derived/NAME by default.",
)
@click.option(
    "--base",
    default=DEFAULT,
    show_default=True,
    help="Dialect whose facts hold where nothing was seen.",
)
@click.option(
    "--models",
    default=openapi.MODELS,
    show_default="the shipped one",
    type=FILE,
    help="Model catalogue for what the target does not list.",
)
@format_option
def derive_command(*, cassette: Path, out: Path | None, base: str, models: Path, form: str) -> None:
    """Derive a dialect, scenarios and models from the cassette in the folder NAME.

    Each fact has its evidence: the exchanges that show it, and whether it is verified or inferred.
    The files are ordinary ones: the last line is the command that serves them.
    """
    try:
        found = _derived(cassette, base, models)
        folder = out or Path("derived") / cassette.resolve().name
        folder.mkdir(parents=True, exist_ok=True)
        write_all({folder / name: text for name, text in found.texts().items()})
    except (CassetteError, SpecError, OSError) as error:
        raise click.UsageError(visible_lines(str(error))) from error
    if form == "json":
        click.echo(json.dumps(_data(found, folder), indent=2, ensure_ascii=False))
    else:
        _show(found, folder)


def _derived(cassette: Path, base: str, models: Path) -> "Derived":
    from contract_tests.deriving.files import derive, dialect_name
    from contract_tests.deriving.reference import Reference
    from contract_tests.deriving.traffic import traffic_of

    known = load_dialects()
    if base not in known:
        raise click.UsageError(f"--base {base}: known are {', '.join(sorted(known))}")
    traffic = traffic_of(Cassette.open(cassette))
    return derive(
        traffic,
        dialect_name(traffic.name),
        base=known[base],
        catalogue=load_catalogue(models),
        error_of=Reference().error_of,
    )


def _data(found: "Derived", folder: Path) -> dict[str, Any]:
    facts = [
        {"fact": fact, "source": source, "standing": standing}
        for fact, source, standing in found.facts()
    ]
    files = [str(folder / name) for name in found.texts()]
    return {"files": files, "facts": facts, "serve": found.command(folder)}


def _show(found: "Derived", folder: Path) -> None:
    table = Table("fact", "source", "evidence")
    for row in found.facts():
        table.add_row(*map(visible_lines, row))
    console = Console(markup=False, highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = _WIDTH
    console.print(table)
    console.print(found.command(folder))
