"""Options that several commands have: which target, in which dialect, within which limits."""

from collections.abc import Callable, Mapping, Sequence
from math import isnan
from pathlib import Path
from typing import Any, TypeVar

import click

from contract_tests.findings.deviations import COMPARE, Deviation, read_deviations
from contract_tests.runner.options import MOCK, Options
from openapi.dialects import DEFAULT, names

FILE = click.Path(dir_okay=False, path_type=Path)
_DEFAULTS = Options()
_DEVIATIONS = Path("known-deviations.yaml")
_LARGEST_NUMBER = 1_000_000
C = TypeVar("C", bound=Callable[..., Any])


class AboveZero(click.FloatRange):
    """A number above zero, and not NaN."""

    def __init__(self) -> None:
        """Allow numbers up to a million."""
        super().__init__(0, _LARGEST_NUMBER, min_open=True)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number; click refuses anything else."""
        number = float(super().convert(value, param, ctx))
        if isnan(number):
            self.fail(f"{value} is not in the range 0<x<={_LARGEST_NUMBER}.", param, ctx)
        return number


_TARGET: tuple[Callable[[Any], Any], ...] = (
    click.option("--target", default=MOCK, help="mock, mock-http (the fake over HTTP), or a URL."),
    click.option("--live", is_flag=True, help="Treat a loopback target as one that costs money."),
    click.option(
        "--dialect",
        default=DEFAULT,
        help=f"Dialect of the target: {', '.join(names())}, or one given by --dialects.",
    ),
    click.option(
        "--dialects", type=FILE, multiple=True, help="Load a dialect from this file; repeatable."
    ),
    click.option(
        "--contract",
        default=_DEFAULTS.contract,
        show_default="the shipped one",
        type=FILE,
        help="OpenAPI contract.",
    ),
    click.option(
        "--models",
        default=_DEFAULTS.models,
        show_default="the shipped one",
        type=FILE,
        help="Model catalogue.",
    ),
    click.option("--api-key-env", metavar="NAME", help="Environment variable with the API key."),
    click.option(
        "--other-key-env",
        metavar="NAME",
        help="Environment variable with the API key of another account.",
    ),
    click.option(
        "--budget-jobs",
        type=click.IntRange(0),
        help="Maximum number of jobs to create; 0 by default on a live target.",
    ),
    click.option(
        "--max-requests",
        type=click.IntRange(1),
        help="Maximum number of requests; 600 by default on a live target.",
    ),
    click.option("--rate", type=AboveZero(), help="Maximum number of requests per second."),
    click.option(
        "--timeout",
        "timeout_s",
        type=AboveZero(),
        default=30.0,
        help="Seconds a response may take.",
    ),
    click.option(
        "--max-time",
        "max_time_s",
        type=AboveZero(),
        metavar="SECONDS",
        help="Seconds after which nothing more is sent.",
    ),
)


_JOBS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--longest-job",
        "longest_job_s",
        type=AboveZero(),
        default=900.0,
        help="Seconds a job may take.",
    ),
    click.option("--variant", metavar="PAGE", help="Only create jobs that this page documents."),
)


# The files of a report by their options, with what these say of themselves.
REPORTS: Mapping[str, str] = {
    "report": "Write the report as JSON.",
    "junit": "Write the report as JUnit XML.",
    "html": "Write the report as one HTML page.",
    "har": "Write all traffic as HAR.",
}

format_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text"
)
ledger_option = click.option(
    "--ledger", type=FILE, help="Append the id of each job to this file as soon as it is created."
)
deviations_option = click.option(
    "--known-deviations",
    type=FILE,
    help="File of accepted findings.  [default: ./known-deviations.yaml]",
)


def job_options(command: C) -> C:
    """Give a command the options of the jobs that it creates itself."""
    return _with(command, _JOBS)


def target_options(command: C) -> C:
    """Give a command the options of its target, in the order of this module."""
    return _with(command, _TARGET)


def report_options(command: C) -> C:
    """Give a command the form of its output, and the options in ``REPORTS``."""
    files = [click.option(f"--{name}", type=FILE, help=text) for name, text in REPORTS.items()]
    return _with(command, (format_option, *files))


def _with(command: C, options: Sequence[Callable[[Any], Any]]) -> C:
    for option in reversed(options):
        command = option(command)
    return command


def known_deviations(path: Path | None, *, comparing: bool = False) -> list[Deviation]:
    """The accepted findings of a file, else of that in the current folder, if there is one.

    Args:
        comparing: take the entries for comparisons, and no others.

    Raises:
        DeviationsError: the file cannot be used.
    """
    if path is None and not _DEVIATIONS.exists():
        return []
    entries = read_deviations(path or _DEVIATIONS)
    return [each for each in entries if (each.check == COMPARE) is comparing]
