"""``gateway-mock``: reads options, refuses what cannot work with a sentence, serves."""

import sys
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import click

from mock_server.cli.backup import backup_command
from mock_server.cli.clock import pace_of
from mock_server.cli.faults import faults_command
from mock_server.cli.keys_file import KeysError, read_keys
from mock_server.cli.limits import limit_options
from mock_server.cli.numbers import SEEDS
from mock_server.cli.scenarios import scenarios_command
from mock_server.cli.webhooks import webhook_options
from mock_server.domain.requests_mode import RequestsMode
from mock_server.domain.retention import RetentionError, read_retention
from mock_server.observability.log_options import FORMATS, LEVELS, OFF
from mock_server.settings import DIALECTS, LOOPBACK, Settings
from mock_server.transport.garbage import paused

_DEFAULTS = Settings()
_FILE = click.Path(dir_okay=False, path_type=Path)
_INSTANTS = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ")
_LOG_FORMAT = "A line for each request, on standard error."
_LOG_LEVEL = "The least of the lines; info has all requests, warning those that failed here."
_STORE = "Where everything is kept: memory, sqlite:///FILE or redis://HOST:PORT/DB."
_WORKERS = "How many processes serve; more than one needs a store that they can share."
_SNAPSHOT = "Read at the start, written now and then and at the end; for the store in memory."
_EVERY = "How often the snapshot is written; 0: at the end alone."
_RETAIN = "Keep so many jobs a key, or none that ended so long ago (7d); may be given once each."
_ALLOW_HOST = "Answer requests to NAME, too: *.NAME for all below it, * for any; may be repeated."
_PUBLIC_URL = "Where callers reach the server behind a proxy, with the path that this takes off."
_MODES = tuple(mode.value for mode in RequestsMode)
_REQUESTS = "How strictly requests are held to the contract."
_JOURNAL = "How many requests are kept for each key."


@click.group(context_settings={"show_default": True}, invoke_without_command=True)
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option("--port", default=8080, type=click.IntRange(0, 65535), help="0 picks a free port.")
@click.option("--keys-file", type=_FILE, help="Accept only the keys in this file, one a line.")
@click.option("--speed", type=float, help="How many seconds of a job's life pass each second.")
@click.option("--step", type=float, help="Time stands still; each poll moves it on by SECONDS.")
@click.option("--frozen", is_flag=True, help="Time stands still until the control API moves it.")
@click.option("--start", type=click.DateTime(_INSTANTS), help="When clocks begin, in UTC.")
@click.option("--store", default=_DEFAULTS.store, help=_STORE)
@click.option("--workers", default=1, type=click.IntRange(1, 64), help=_WORKERS)
@click.option("--snapshot", type=_FILE, help=_SNAPSHOT)
@click.option(
    "--snapshot-every",
    default=_DEFAULTS.snapshot_every,
    type=click.FloatRange(0, 86_400),
    metavar="SECONDS",
    help=_EVERY,
)
@click.option("--retain", multiple=True, metavar="COUNT|AGE", help=_RETAIN)
@click.option(
    "--dialect", default=_DEFAULTS.dialect, help=f"Whose manners: {', '.join(DIALECTS)}, or yours."
)
@click.option(
    "--requests", default=_DEFAULTS.requests.value, type=click.Choice(_MODES), help=_REQUESTS
)
@click.option("--dialects", type=_FILE, multiple=True, help="A dialect of yours; may be repeated.")
@click.option("--contract", default=_DEFAULTS.contract, type=_FILE, help="Contract to serve.")
@click.option("--models", default=_DEFAULTS.models, type=_FILE, help="Model catalogue.")
@limit_options
@click.option("--log-format", default=OFF, type=click.Choice(FORMATS), help=_LOG_FORMAT)
@click.option("--log-level", default="info", type=click.Choice(LEVELS), help=_LOG_LEVEL)
@click.option("--seed", type=SEEDS, help="Makes ids and chance repeatable.")
@click.option("--scenario", default=_DEFAULTS.scenario, help="Course of a job, or NAME=WEIGHT,...")
@click.option("--scenarios", type=_FILE, multiple=True, help="More scenarios; may be repeated.")
@click.option(
    "--journal", default=_DEFAULTS.journal, type=click.IntRange(0, 100_000), help=_JOURNAL
)
@click.option("--redact", multiple=True, metavar="FIELD", help="Keep no values of this field.")
@click.option("--admin-token", help="Commands all worlds; made up and shown when left out.")
@click.option("--cors", multiple=True, metavar="ORIGIN", help="Let web pages of ORIGIN call.")
@click.option("--allow-host", "allow_hosts", multiple=True, metavar="NAME", help=_ALLOW_HOST)
@click.option("--public-url", metavar="URL", help=_PUBLIC_URL)
@webhook_options
@click.option("--fault", "faults", multiple=True, help="'KIND setting=value ...'; may be repeated.")
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
        options["retain"] = read_retention(options["retain"])
    except (KeysError, RetentionError) as error:
        raise click.ClickException(str(error)) from error
    local = _is_loopback(host)
    if keys is None and not local:
        raise click.UsageError(
            f"--host {host} can be reached from other machines, where any key would do. "
            "Give --keys-file FILE with the keys to accept, or listen on 127.0.0.1."
        )
    _require_sharing(options)
    told = options["admin_token"] is not None
    options["pace"] = pace_of(*(options.pop(name) for name in ("speed", "step", "frozen", "start")))
    options["requests"] = RequestsMode(options["requests"])
    options["redact"] = frozenset(options["redact"])
    settings = Settings(keys=keys, control=told or local, local=local, **options)
    with paused(for_good=True):
        from mock_server.cli.serve import serve
    sys.exit(serve(host, port, settings))


def _require_sharing(options: Mapping[str, Any]) -> None:
    """Hold what is asked of a store to what it can do."""
    in_memory = options["store"] == _DEFAULTS.store
    if options["workers"] > 1 and in_memory:
        raise click.UsageError(
            f"--workers {options['workers']} cannot share --store memory, which is one process's "
            "own. Give --store sqlite:///FILE or --store redis://HOST:PORT/DB."
        )
    if options["snapshot"] and not in_memory:
        raise click.UsageError("--snapshot is for --store memory; other stores keep all they hold.")
    if "" in options["redact"]:
        raise click.UsageError("--redact needs the name of a field.")
    if not options["snapshot"] and options["snapshot_every"] != _DEFAULTS.snapshot_every:
        raise click.UsageError("--snapshot-every is of a snapshot: give --snapshot FILE, too.")


def _is_loopback(host: str) -> bool:
    if host in LOOPBACK:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


main.add_command(backup_command)
main.add_command(scenarios_command)
main.add_command(faults_command)
