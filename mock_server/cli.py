"""``gateway-mock``: reads options, refuses what cannot work with a sentence, serves."""

import sys
import warnings
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import click

from mock_server.cli_scenarios import scenarios_command
from mock_server.keys import KeysError, read_keys
from mock_server.settings import DIALECTS, FASTEST, LOOPBACK, Settings

_DEFAULTS = Settings()
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(context_settings={"show_default": True}, invoke_without_command=True)
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option("--port", default=8080, type=click.IntRange(0, 65535), help="0 picks a free port.")
@click.option("--keys-file", type=_FILE, help="Accept only the keys in this file, one a line.")
@click.option("--speed", default=1.0, help="How many seconds of a job's life pass each second.")
@click.option("--store", default=_DEFAULTS.store, help="Where jobs are kept: memory.")
@click.option(
    "--dialect", default=_DEFAULTS.dialect, type=click.Choice(DIALECTS), help="Whose manners."
)
@click.option("--contract", default=_DEFAULTS.contract, type=_FILE, help="Contract to serve.")
@click.option("--models", default=_DEFAULTS.models, type=_FILE, help="Model catalogue.")
@click.option("--max-body", default=_DEFAULTS.max_body, type=click.IntRange(1), help="In bytes.")
@click.option("--seed", type=int, help="Makes ids repeatable.")
@click.option("--scenario", default=_DEFAULTS.scenario, help="Course of a job unless asked for.")
@click.option("--scenarios", type=_FILE, multiple=True, help="More scenarios; may be repeated.")
@click.option("--validate-responses", is_flag=True, help="Hold every answer to the contract.")
@click.version_option(package_name="video-gateway-mock")
@click.pass_context
def main(
    context: click.Context, /, host: str, port: int, keys_file: Path | None, **options: Any
) -> None:
    """Serve a stateful fake of the video gateway until interrupted.

    Any non-empty API key works on a loopback address; each key is a world of its own.
    """
    if context.invoked_subcommand:
        return
    try:
        keys = read_keys(keys_file) if keys_file else None
    except KeysError as error:
        raise click.ClickException(str(error)) from error
    if keys is None and not _is_loopback(host):
        raise click.UsageError(
            f"--host {host} can be reached from other machines, where any key would do. "
            "Give --keys-file FILE with the keys to accept, or listen on 127.0.0.1."
        )
    if not 0 < options["speed"] <= FASTEST:
        hint = f"must be above zero and at most {FASTEST}, e.g. 60"
        raise click.BadParameter(hint, param_hint="--speed")
    _serve(host, port, Settings(keys=keys, **options))


def _is_loopback(host: str) -> bool:
    if host in LOOPBACK:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _serve(host: str, port: int, settings: Settings) -> None:
    # Connexion imports Starlette's test client, which asks everybody for a package only tests need.
    warnings.filterwarnings("ignore", message="Using `httpx` with `starlette.testclient`")
    # Imported here, so that --help and a refused option do not wait for the framework.
    from mock_server.app import create_app
    from mock_server.scenarios import ScenarioError
    from mock_server.server import bind, run
    from mock_server.serving.application import StartError
    from mock_server.stores import StoreError
    from openapi.errors import SpecError

    try:
        application = create_app(settings)
        listener = bind(host, port)
    except (SpecError, StartError, ScenarioError, StoreError, OSError) as error:
        raise click.ClickException(str(error)) from error
    sys.exit(run(application, listener, announce=click.echo))


main.add_command(scenarios_command)
