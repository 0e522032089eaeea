"""``gateway-spec build``: writes the contract, or fails if the existing one is stale."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import openapi
from openapi.errors import SpecError

if TYPE_CHECKING:
    from openapi.building.build import Sources

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OWN = {"documented": openapi.DOCUMENTED, "overlay": openapi.OVERLAY, "models": openapi.MODELS}


@click.command("build")
@click.option(
    "--documented",
    default=openapi.DOCUMENTED,
    type=_FOLDER,
    help="Folder of documented pages.  [default: the shipped one]",
)
@click.option(
    "--overlay",
    default=openapi.OVERLAY,
    type=_FILE,
    help="What to add to the pages.  [default: the shipped file]",
)
@click.option(
    "--models",
    default=openapi.MODELS,
    type=_FILE,
    help="Model catalogue.  [default: the shipped one]",
)
@click.option("--no-overlay", is_flag=True, help="Do not apply an overlay.")
@click.option("--no-models", is_flag=True, help="Do not apply a model catalogue.")
@click.option(
    "--skip-unmatched",
    is_flag=True,
    help="Skip overlay actions and catalogue rows for missing pages, and list them.  "
    "[default: on for your own pages with the shipped overlay]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="File to write.  [default: the shipped contract, if all sources are the shipped ones]",
)
@click.option("--check", is_flag=True, help="Write nothing; fail if the contract is stale.")
@click.option(
    "--for-clients",
    is_flag=True,
    help="Write the client's edition, for code generators, to --out or standard output.",
)
def build_command(*, out: Path | None, check: bool, for_clients: bool, **options: Any) -> None:
    """Build the contract from the documented pages."""
    if for_clients and check and out is None:
        raise click.UsageError("--out is needed: --check compares a file with the client's edition")
    if for_clients:
        _run(lambda: _build_for_clients(_sources(options), out, check=check))
        return
    if out is None and not _are_own(options):
        raise click.UsageError("--out is needed: these are not this package's own sources")
    _run(lambda: _build(_sources(options), out or openapi.CONTRACT, check=check))


def _run(work: Callable[[], None]) -> None:
    try:
        work()
    except SpecError as error:
        raise click.ClickException(str(error)) from error


def _build_for_clients(sources: "Sources", out: Path | None, *, check: bool) -> None:
    from openapi.building.build import build, check_fresh
    from openapi.documents.writing import dump, write_all
    from openapi.editions.clients import clients_edition

    rendered = "# The client's edition, by `gateway-spec build --for-clients`; not edited.\n"
    rendered += dump(clients_edition(build(sources).contract))
    if out is None:
        click.echo(rendered, nl=False)
        return
    if check:
        check_fresh(rendered, out)
    else:
        write_all({out: rendered})
    click.echo(f"{out}: {'fresh' if check else 'written'}")


def _build(sources: "Sources", out: Path, *, check: bool) -> None:
    # Imported here so that help and other commands start faster.
    from openapi.building.build import build, check_fresh, render
    from openapi.documents.writing import write_all

    built = build(sources)
    rendered = render(built, sources)
    if check:
        check_fresh(rendered, out)
    else:
        write_all({out: rendered})
    for action in built.left_out:
        click.echo(f"{sources.overlay}:{action.line}: left out, matches nothing: {action.target}")
    click.echo(f"{out}: {'fresh' if check else 'written'}")


def _are_own(options: dict[str, Any]) -> bool:
    changed = options["no_overlay"] or options["no_models"] or options["skip_unmatched"]
    return not changed and all(
        options[name].resolve() == path.resolve() for name, path in _OWN.items()
    )


def _is_foreign(options: dict[str, Any]) -> bool:
    """Whether this package's overlay completes pages that are not its own."""
    documented: Path = options["documented"].resolve()
    overlay: Path = options["overlay"].resolve()
    return documented != _OWN["documented"].resolve() and overlay == _OWN["overlay"].resolve()


def _sources(options: dict[str, Any]) -> "Sources":
    from openapi.building.build import Sources

    return Sources(
        documented=options["documented"],
        overlay=None if options["no_overlay"] else options["overlay"],
        models=None if options["no_models"] else options["models"],
        skip_unmatched=options["skip_unmatched"] or _is_foreign(options),
    )
