"""``gateway-contract compare``: what two gateways do differently, and whose fault that is."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from contract_tests.cli.options import (
    FILE,
    deviations_option,
    format_option,
    job_options,
    known_deviations,
    target_options,
)
from contract_tests.findings.deviations import DeviationsError
from contract_tests.recording.errors import CassetteError
from contract_tests.runner.options import Options, UsageError
from openapi.documents.text import visible_lines
from openapi.errors import SpecError

# The width of a table written to a file.
_WIDTH = 200


@click.command("compare", context_settings={"show_default": True})
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@target_options
@job_options
@click.option("--seed", default=1, help="Seed of the requests, to make recordings repeatable.")
@deviations_option
@format_option
@click.option("--html", type=FILE, help="Write the comparison as one HTML page.")
@click.pass_context
def compare_command(
    context: click.Context, /, *, one: str, other: str, form: str, html: Path | None, **given: Any
) -> None:
    """Compare what A and B do: each is the folder of a cassette, mock, mock-http, or a URL.

    What is not a cassette is recorded first, with the options of a recording; a live target costs
    what --budget-jobs allows. Requests that mean the same are compared: status, headers, the shape
    and words of bodies, media, and the life of jobs. The table says what the documentation demands
    and whose fault a difference is.

    The exit status is 0 when nothing differs but known deviations, 1 when something does, 2 for an
    invalid option, and 3 when a target cannot be reached or is out of service.
    """
    from contract_tests.comparing.report import as_html, as_json, report_of, show
    from contract_tests.comparing.sides import IncompleteError

    try:
        known = known_deviations(given.pop("known_deviations"), comparing=True)
        report = report_of(_compared(one, other, given), known, datetime.now(UTC).date())
        if html is not None:
            html.write_text(as_html(report), encoding="utf-8")
    except IncompleteError as error:
        click.echo(visible_lines(str(error)), err=True)
        context.exit(error.status)
    except (UsageError, SpecError, CassetteError, DeviationsError, OSError, ValueError) as error:
        raise click.UsageError(visible_lines(str(error))) from error
    if form == "json":
        sys.stdout.write(as_json(report))
    else:
        console = Console(markup=False, highlight=False)
        if not console.is_terminal:
            console.width = _WIDTH
        show(report, console)
    context.exit(report.verdict.code)


def _compared(one: str, other: str, given: dict[str, Any]) -> Any:
    from contract_tests.comparing.comparison import compare
    from contract_tests.comparing.sides import Sides

    source = click.get_current_context().get_parameter_source("dialect")
    is_given = source is not click.core.ParameterSource.DEFAULT
    options = Options(**given)
    sides = Sides.of((one, other), options, options.dialect if is_given else None)
    first, second = sides.open(one), sides.open(other)
    return compare(first, second, sides.witness(first, second))
