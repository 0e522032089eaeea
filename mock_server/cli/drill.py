"""``gateway-mock drill``: runs a client in every case of a drill."""

from pathlib import Path
from typing import Any

import click

from openapi import services


@click.command("drill", context_settings={"show_default": True, "ignore_unknown_options": False})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option("--case", "cases", multiple=True, metavar="NAME",
              help="Only run these cases; * matches anything; repeatable.")  # fmt: skip
@click.option("--timeout", default=30.0, type=click.FloatRange(0.1, 86_400),
              metavar="SECONDS", help="Seconds after which a run is interrupted.")  # fmt: skip
@click.option("--requests", default=400, type=click.IntRange(1, 100_000),
              help="Number of requests after which a run is interrupted.")  # fmt: skip
@click.option("--step", default=30.0, type=click.FloatRange(0.001, 86_400), metavar="SECONDS",
              help="Seconds of a job's life that each poll adds.")  # fmt: skip
@click.option("--dialect", metavar="NAME", help="Dialect used for responses.")
@click.option("--service", "services", multiple=True, type=click.Choice(services.names()),
              help="Serve this service beside the contract; repeatable.")  # fmt: skip
@click.option("--files", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Look for half films in this folder.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table",
              help="Output format.")  # fmt: skip
@click.pass_context
def drill_command(
    context: click.Context, /, command: tuple[str, ...], form: str, **given: Any
) -> None:
    """Run COMMAND once while nothing goes wrong, and once in each case of a drill.

    COMMAND is a client in any language that reads OPENAI_BASE_URL and OPENAI_API_KEY, orders and
    keeps a film, and ends with status 0 if it believes to have it. A case is a scenario of all jobs
    or a fault of creates, polls or downloads. Write '--' before COMMAND.

    The exit status is 0 if nothing was found, 1 if the client hangs, pays twice, keeps half a file
    or reports success for a failure, 2 for an invalid option, and 3 if COMMAND fails while nothing
    goes wrong.
    """
    from mock_server.cli.drill_runs import perform

    context.exit(perform(command, given, form))
