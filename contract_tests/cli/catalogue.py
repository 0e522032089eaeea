"""``gateway-contract catalogue``: the models that a target lists against the catalogue."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from contract_tests.cli.options import format_option, target_options
from contract_tests.guard.halt import Halt
from contract_tests.guard.signals import ended_by_signals
from contract_tests.runner.options import Options, UsageError
from openapi.catalogue.models import Catalogue, load_catalogue
from openapi.documents.text import json_text, visible, visible_lines
from openapi.documents.writing import dump
from openapi.errors import SpecError

if TYPE_CHECKING:
    from contract_tests.catalogue.comparison import Difference

_DIFFERENT, _UNAVAILABLE, _INTERRUPTED = 1, 3, 130
# The width of a table written to a file, so that no name is cut.
_WIDTH = 160


@click.command("catalogue", context_settings={"show_default": True})
@target_options
@click.option("--match", "patterns", multiple=True, metavar="PATTERN",
              help="Also look at listed models of this name; * matches anything; repeatable."
              )  # fmt: skip
@format_option
@click.pass_context
def catalogue_command(
    context: click.Context, /, *, patterns: tuple[str, ...], form: str, **given: Any
) -> None:
    """Compare the models and prices that a target lists with the catalogue, for free.

    Reads /v1/models, and new-api's /api/pricing where it is served. A model that is not listed is
    asked for by a create that no service can accept. Prints the rows to paste into the catalogue
    (--models).

    The exit status is 0 when nothing differs, 1 when something does or there is no list, 2 for an
    invalid option, and 3 when the target cannot be reached or is out of service.
    """
    from contract_tests.catalogue.asking import (
        AcceptedError,
        NoListError,
        UnavailableTargetError,
        ask,
    )
    from contract_tests.catalogue.comparison import differences

    halt = Halt()
    try:
        options = Options(**given)
        catalogue = load_catalogue(options.models)
        with ended_by_signals(halt):
            listing, target = ask(options, catalogue, halt)
    except UnavailableTargetError as error:
        click.echo(visible_lines(f"not available: {error}"), err=True)
        context.exit(_INTERRUPTED if halt.interrupted else _UNAVAILABLE)
    except (NoListError, AcceptedError) as error:
        click.echo(visible_lines(str(error)), err=True)
        context.exit(_DIFFERENT)
    except (UsageError, SpecError, ValueError) as error:
        raise click.UsageError(visible_lines(str(error))) from error
    found = differences(catalogue, listing, patterns)
    if form == "json":
        _show_json(target, len(listing.models), found)
    else:
        _show(catalogue, target, len(listing.models), found)
    context.exit(_DIFFERENT if found else 0)


def _show_json(target: str, listed: int, found: "tuple[Difference, ...]") -> None:
    rows = [
        {
            "model": each.model,
            "change": each.change.value,
            "listed": each.listed,
            "catalogue": each.catalogue,
            "row": each.row,
        }
        for each in found
    ]
    data = {"target": target, "listed": listed, "differences": rows}
    click.echo(json_text(json.dumps(data, indent=2, ensure_ascii=False)))


def _show(catalogue: Catalogue, target: str, listed: int, found: "tuple[Difference, ...]") -> None:
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console.width = _WIDTH
    if found:
        table = Table("model", "difference", "target", "catalogue", box=None)
        for each in found:
            texts = (each.model, each.change.value, each.listed, each.catalogue)
            table.add_row(*map(visible, texts))
        console.print(table)
    rows = {each.model: each.row for each in found if each.row is not None}
    if rows:
        click.echo(f"\nfor 'models' in {_name(catalogue.path)}:\n")
        text = dump(json.loads(json.dumps(rows)))
        click.echo(visible_lines("".join(f"  {line}\n" for line in text.splitlines())))
    text = f"{len(found)} differences" if len(found) != 1 else "1 difference"
    click.echo(visible_lines(f"{target}: {listed} models listed, {text}"))


def _name(path: Path) -> str:
    return visible(path.name)
