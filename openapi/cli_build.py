"""``gateway-spec build``: writes the contract, or says that the committed one is stale."""

from pathlib import Path

import click

import openapi
from openapi.build import Sources, build, check_fresh, render
from openapi.errors import SpecError
from openapi.writing import write_all

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("build")
@click.option("--documented", default=openapi.DOCUMENTED, type=_FOLDER, help="Documented pages.")
@click.option("--overlay", default=openapi.OVERLAY, type=_FILE, help="What the pages leave out.")
@click.option("--models", default=openapi.MODELS, type=_FILE, help="The model catalogue.")
@click.option("--no-overlay", is_flag=True, help="Merge the pages and nothing else.")
@click.option("--no-models", is_flag=True, help="Leave the model catalogue out.")
@click.option("--out", default=openapi.CONTRACT, type=click.Path(path_type=Path), help="Contract.")
@click.option("--check", is_flag=True, help="Write nothing; fail when the contract is stale.")
def build_command(documented: Path, out: Path, *, check: bool, **sources: Path | bool) -> None:
    """Merge the documented pages, complete and check the result, write the contract."""
    try:
        rendered = render(build(_sources(documented, sources)))
        if check:
            check_fresh(rendered, out)
        else:
            write_all({out: rendered})
    except SpecError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{out}: {'fresh' if check else 'written'}")


def _sources(documented: Path, options: dict[str, Path | bool]) -> Sources:
    overlay = None if options["no_overlay"] else options["overlay"]
    models = None if options["no_models"] else options["models"]
    return Sources(
        documented,
        overlay if isinstance(overlay, Path) else None,
        models if isinstance(models, Path) else None,
    )
