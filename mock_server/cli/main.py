"""The command ``gateway-mock``: parses options, rejects invalid combinations, serves."""

import sys
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import click

from mock_server.cli.bill import bill_command
from mock_server.cli.commands import (
    backup_command,
    faults_command,
    scenarios_command,
    services_command,
)
from mock_server.cli.drill import drill_command
from mock_server.cli.keys_file import KeysError, read_keys
from mock_server.cli.options import SEEDS, budgets_of, grouped, pace_of, setting_options
from mock_server.domain.retention import RetentionError, read_retention
from mock_server.domain.tenant import RequestsMode
from mock_server.settings import DIALECTS, FORMATS, LEVELS, LOOPBACK, OFF, SHORT, Settings
from mock_server.transport.process import paused
from openapi import services

_DEFAULTS = Settings()
SERVICES = services.names()
_FILE = click.Path(dir_okay=False, path_type=Path)
_INSTANTS = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ")
_MODES = tuple(mode.value for mode in RequestsMode)
_HELP = {
    "host": "Address to listen on.",
    "port": "Port to listen on; 0 picks a free one.",
    "keys_file": "Accept only the API keys in this file, one per line.",
    "speed": "Clock seconds per real second; 1 by default.",
    "step": "Stop the clock; each poll of a job advances it by this many seconds.",
    "frozen": "Stop the clock until the control API moves it.",
    "exact": "Give each job exactly the model's usual times, instead of times drawn from their "
    "spread; also the default with --step and --frozen.",
    "start": "Instant at which clocks start, in UTC, such as 2026-01-31T12:00:00; now by default.",
    "store": "Where state is kept: memory, sqlite:///FILE or redis://HOST:PORT/DB.",
    "workers": "Number of worker processes; more than one requires a store they can share.",
    "snapshot": "With --store memory: load this file at start, save it periodically and at exit.",
    "snapshot_every": "How often to save the snapshot; 0 saves it at exit only.",
    "retain": "Finished jobs to keep per API key: a number, an age such as 7d, or both by "
    "giving it twice.",
    "budget": "Refuse jobs of this API key beyond so many dollars; repeatable.",
    "dialect": f"Gateway to imitate: {', '.join(DIALECTS)}, or one given by --dialects.",
    "requests": "How strictly to check requests against the contract.",
    "dialects": "Load a dialect from this file; repeatable.",
    "contract": "OpenAPI contract to serve.",
    "pages": "Serve the contract of this documentation page instead; repeatable.",
    "service": "Serve the operations of this service beside the contract; repeatable, see "
    "'gateway-mock services'.",
    "models": "Catalogue of models: sizes, lengths, prices, times.",
    "log_format": "Log every request to standard error in this format.",
    "quiet": "Log no requests, also on a terminal.",
    "log_level": "Lowest level to log: info logs every request, warning only server errors.",
    "seed": "Seed for ids and random choices, to make runs repeatable.",
    "scenario": "Scenario of new jobs: a name, or NAME=WEIGHT,... to draw one for each job; see "
    "'gateway-mock scenarios'.",
    "scenarios": "Load scenarios from this file; repeatable.",
    "redact": "Omit the values of this field from the journal; repeatable.",
    "admin_token": "Token for control calls on all API keys; generated and printed by default.",
    "cors": "Allow web pages of this origin to call the server; repeatable.",
    "allow_host": "Accept this name in the Host header; *.NAME allows its subdomains, * any name; "
    "repeatable.",
    "public_url": "URL under which clients reach the server behind a proxy, with the path that "
    "the proxy strips.",
    "fault": "Set a fault for all API keys: 'KIND setting=value ...', see 'gateway-mock faults'; "
    "repeatable.",
    "workbench": "Serve a live page at / that shows and sets jobs, requests, time and faults.",
    "validate_responses": "Check every response against the contract.",
}


@click.group(context_settings={"show_default": True}, invoke_without_command=True)
@click.option("--host", default="127.0.0.1", help=_HELP["host"])
@click.option("--port", default=8080, type=click.IntRange(0, 65535), help=_HELP["port"])
@click.option("--keys-file", type=_FILE, help=_HELP["keys_file"])
@click.option("--speed", type=float, help=_HELP["speed"])
@click.option("--step", type=float, metavar="SECONDS", help=_HELP["step"])
@click.option("--frozen", is_flag=True, help=_HELP["frozen"])
@click.option("--exact/--no-exact", default=None, help=_HELP["exact"])
@click.option("--start", type=click.DateTime(_INSTANTS), metavar="INSTANT", help=_HELP["start"])
@click.option("--store", default=_DEFAULTS.store, metavar="ADDRESS", help=_HELP["store"])
@click.option("--workers", default=1, type=click.IntRange(1, 64), help=_HELP["workers"])
@click.option("--snapshot", type=_FILE, help=_HELP["snapshot"])
@click.option(
    "--snapshot-every",
    default=_DEFAULTS.snapshot_every,
    type=click.FloatRange(0, 86_400),
    metavar="SECONDS",
    help=_HELP["snapshot_every"],
)
@click.option("--retain", multiple=True, metavar="COUNT|AGE", help=_HELP["retain"])
@click.option("--budget", "budgets", multiple=True, metavar="KEY=USD", help=_HELP["budget"])
@click.option("--dialect", default=_DEFAULTS.dialect, metavar="NAME", help=_HELP["dialect"])
@click.option(
    "--requests",
    default=_DEFAULTS.requests.value,
    type=click.Choice(_MODES),
    help=_HELP["requests"],
)
@click.option("--dialects", type=_FILE, multiple=True, help=_HELP["dialects"])
@click.option(
    "--contract",
    default=_DEFAULTS.contract,
    show_default="the shipped one",
    type=_FILE,
    help=_HELP["contract"],
)
@click.option("--pages", type=_FILE, multiple=True, help=_HELP["pages"])
@click.option(
    "--service", "services", type=click.Choice(SERVICES), multiple=True, help=_HELP["service"]
)
@click.option(
    "--models",
    default=_DEFAULTS.models,
    show_default="the shipped one",
    type=_FILE,
    help=_HELP["models"],
)
@setting_options("body", "connections", "journal", "media")
@click.option(
    "--log-format",
    type=click.Choice(FORMATS),
    show_default="short on a terminal, else off",
    help=_HELP["log_format"],
)
@click.option("--quiet", is_flag=True, help=_HELP["quiet"])
@click.option("--log-level", default="info", type=click.Choice(LEVELS), help=_HELP["log_level"])
@click.option("--seed", type=SEEDS, metavar="INTEGER", help=_HELP["seed"])
@click.option("--scenario", default=_DEFAULTS.scenario, metavar="NAME", help=_HELP["scenario"])
@click.option("--scenarios", type=_FILE, multiple=True, help=_HELP["scenarios"])
@click.option("--redact", multiple=True, metavar="FIELD", help=_HELP["redact"])
@click.option("--admin-token", metavar="TOKEN", help=_HELP["admin_token"])
@click.option("--workbench/--no-workbench", default=True, help=_HELP["workbench"])
@click.option("--cors", multiple=True, metavar="ORIGIN", help=_HELP["cors"])
@click.option(
    "--allow-host", "allow_hosts", multiple=True, metavar="NAME", help=_HELP["allow_host"]
)
@click.option("--public-url", metavar="URL", help=_HELP["public_url"])
@setting_options("webhooks")
@click.option("--fault", "faults", multiple=True, metavar="FAULT", help=_HELP["fault"])
@click.option("--validate-responses", is_flag=True, help=_HELP["validate_responses"])
@click.version_option(package_name="video-gateway-mock")
@click.pass_context
def main(
    context: click.Context, /, host: str, port: int, keys_file: Path | None, **options: Any
) -> None:
    """Serve a stateful fake of the video gateway until interrupted.

    On a loopback address any non-empty API key is accepted. Each key has its own jobs and settings.
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
            f"--host {host} can be reached from other machines, and any API key would be accepted. "
            "Give --keys-file FILE with the keys to accept, or listen on 127.0.0.1."
        )
    _require_supported(options)
    options["log_format"] = _log_format(options["log_format"], quiet=options.pop("quiet"))
    has_token = options["admin_token"] is not None
    if options["exact"] is None:
        options["exact"] = options["frozen"] or options["step"] is not None
    options["pace"] = pace_of(*(options.pop(name) for name in ("speed", "step", "frozen", "start")))
    options["budgets"] = budgets_of(options["budgets"])
    options["requests"] = RequestsMode(options["requests"])
    options["redact"] = frozenset(options["redact"])
    settings = Settings(
        keys=keys,
        keys_file=keys_file,
        control=has_token or local,
        local=local,
        **grouped(options),
    )
    with paused(for_good=True):
        from mock_server.cli.serve import serve
    sys.exit(serve(host, port, settings))


def _require_supported(options: Mapping[str, Any]) -> None:
    """Reject options that the store does not support, and others that need another option."""
    in_memory = options["store"] == _DEFAULTS.store
    if options["workers"] > 1 and in_memory:
        raise click.UsageError(
            f"--workers {options['workers']} cannot share --store memory, which belongs to one "
            "process. Give --store sqlite:///FILE or --store redis://HOST:PORT/DB."
        )
    if options["snapshot"] and not in_memory:
        raise click.UsageError("--snapshot is for --store memory; the other stores are persistent.")
    if options["pages"] and options["contract"] != _DEFAULTS.contract:
        raise click.UsageError("--pages and --contract exclude each other: give one.")
    if "" in options["redact"]:
        raise click.UsageError("--redact needs the name of a field.")
    if not options["snapshot"] and options["snapshot_every"] != _DEFAULTS.snapshot_every:
        raise click.UsageError("--snapshot-every needs a snapshot: give --snapshot FILE, too.")


def _log_format(chosen: str | None, *, quiet: bool) -> str:
    """The format of request logs; people who look at a terminal get short lines.

    Raises:
        click.UsageError: a format was chosen together with ``--quiet``.
    """
    if quiet and chosen not in (None, OFF):
        raise click.UsageError(f"--quiet and --log-format {chosen} exclude each other: give one.")
    if chosen is not None or quiet:
        return chosen or OFF
    return SHORT if sys.stderr.isatty() else OFF


def _is_loopback(host: str) -> bool:
    if host in LOOPBACK:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


main.add_command(backup_command)
main.add_command(bill_command)
main.add_command(scenarios_command)
main.add_command(faults_command)
main.add_command(drill_command)
main.add_command(services_command)
