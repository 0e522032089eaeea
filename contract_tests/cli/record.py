"""``gateway-contract record``: keeps what a gateway does as a cassette."""

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from contract_tests.cli.options import (
    format_option,
    job_options,
    ledger_option,
    target_options,
)
from contract_tests.recording.errors import CassetteError
from contract_tests.runner.options import Options, UsageError
from openapi.documents.text import visible_lines
from openapi.errors import SpecError


@click.command("record", context_settings={"show_default": True})
@click.argument("folder", metavar="NAME", type=click.Path(path_type=Path))
@target_options
@job_options
@click.option("--seed", default=1, help="Seed of the requests, to make recordings repeatable.")
@click.option("--keep-prompts", is_flag=True,
              help="Keep prompts and other texts of requests instead of their hashes.")  # fmt: skip
@click.option("--twice", is_flag=True,
              help="Record NAME and NAME-2, each with that budget, and write which fields are "
              "volatile.")  # fmt: skip
@ledger_option
@format_option
@click.pass_context
def record_command(context: click.Context, /, *, folder: Path, form: str, **given: Any) -> None:
    """Record what a gateway does as a cassette, in the folder NAME.

    Sends what a run sends, without generated requests: reads, what must be refused, and at most
    --budget-jobs jobs, which it observes to their end. No API key, job id, address or prompt is in
    the cassette. Each exchange is on the disk before the next is sent, so that an interrupted
    recording can be used.

    The exit status is 0 when all was recorded, 2 for an invalid option, 3 when the target cannot
    be reached or is out of service, and 130 when the recording was interrupted.
    """
    from contract_tests.recording.recording import record

    keep_texts, twice = given.pop("keep_prompts"), given.pop("twice")
    try:
        found = record(Options(**given), folder, keep_texts=keep_texts, twice=twice)
    except (UsageError, SpecError, CassetteError, ValueError) as error:
        raise click.UsageError(visible_lines(str(error))) from error
    if form == "json":
        click.echo(json.dumps(found.as_data(), indent=2, ensure_ascii=False))
    else:
        console = Console(markup=False, highlight=False, soft_wrap=True)
        for line in found.lines():
            console.print(Text(visible_lines(line)))
    context.exit(found.status)
