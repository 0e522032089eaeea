"""``gateway-contract derive``: what a cassette shows, as files that the fake reads."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

import openapi
from contract_tests.cli.options import FILE, format_option
from contract_tests.contract.target_contract import TargetContract
from contract_tests.recording.cassette import Cassette
from contract_tests.recording.errors import CassetteError
from contract_tests.runner.options import Options, UsageError
from openapi.catalogue.models import load_catalogue
from openapi.contract.document import load_contract
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
@click.option(
    "--contract",
    default=openapi.CONTRACT,
    show_default="the shipped one",
    type=FILE,
    help="OpenAPI contract that the cassette was recorded with.",
)
@format_option
def derive_command(
    *, cassette: Path, out: Path | None, base: str, models: Path, contract: Path, form: str
) -> None:
    """Derive a dialect, scenarios and models from the cassette in the folder NAME.

    Each fact has its evidence: the exchanges that show it, and whether it is verified or inferred.
    The files are ordinary ones: the last line is the command that serves them.
    """
    try:
        found = _derived(cassette, Options(dialect=base, models=models, contract=contract))
        folder = out or Path("derived") / cassette.resolve().name
        folder.mkdir(parents=True, exist_ok=True)
        write_all({folder / name: text for name, text in found.texts().items()})
    except (CassetteError, SpecError, UsageError, OSError) as error:
        raise click.UsageError(visible_lines(str(error))) from error
    own = "" if contract == openapi.CONTRACT else f" --contract {contract}"
    serve = f"{found.command(folder)}{own}"
    if form == "json":
        click.echo(json.dumps(_data(found, folder, serve), indent=2, ensure_ascii=False))
    else:
        _show(found, serve)


def _derived(cassette: Path, options: Options) -> "Derived":
    from contract_tests.deriving.files import derive, dialect_name
    from contract_tests.deriving.reference import Reference
    from contract_tests.deriving.traffic import traffic_of

    known = load_dialects()
    if options.dialect not in known:
        raise UsageError(f"--base {options.dialect}: known are {', '.join(sorted(known))}")
    contract = TargetContract(load_contract(options.contract), known[options.dialect])
    traffic = traffic_of(Cassette.open(cassette), contract)
    return derive(
        traffic,
        dialect_name(traffic.name),
        base=contract.dialect,
        catalogue=load_catalogue(options.models),
        error_of=Reference().error_of,
    )


def _data(found: "Derived", folder: Path, serve: str) -> dict[str, Any]:
    facts = [
        {"fact": fact, "source": source, "standing": standing}
        for fact, source, standing in found.facts()
    ]
    files = [str(folder / name) for name in found.texts()]
    return {"files": files, "facts": facts, "serve": serve}


def _show(found: "Derived", serve: str) -> None:
    table = Table("fact", "source", "evidence")
    for row in found.facts():
        table.add_row(*map(visible_lines, row))
    console = Console(markup=False, highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = _WIDTH
    console.print(table)
    console.print(serve)
