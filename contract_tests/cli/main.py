"""``gateway-contract``: tests a gateway against the contract, within a spending limit."""

import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from contract_tests.cli.catalogue import catalogue_command
from contract_tests.cli.compare import compare_command
from contract_tests.cli.derive import derive_command
from contract_tests.cli.detect import detect_command
from contract_tests.cli.guard import guard_command
from contract_tests.cli.matrix import matrix_command
from contract_tests.cli.options import (
    REPORTS,
    deviations_option,
    job_options,
    known_deviations,
    ledger_option,
    report_options,
    target_options,
)
from contract_tests.cli.record import record_command
from contract_tests.cli.relay import relay_command
from contract_tests.findings.deviations import DeviationsError
from contract_tests.runner.options import Options, UsageError
from openapi.documents.text import visible_lines
from openapi.errors import SpecError

_SUITE = Path(__file__).parent.parent


@click.group()
@click.version_option(package_name="video-gateway-mock")
def main() -> None:
    """Test the fake, or a live gateway within a spending limit, against the contract."""


@main.command("checks")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
def checks_command(form: str) -> None:
    """List the checks with their rules and sources."""
    from contract_tests.checks import CHECKS

    if form == "json":
        rows = [
            {
                "check": check.name,
                "holds": check.holds,
                "source": check.source,
                "standing": check.evidence.value,
            }
            for check in CHECKS
        ]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    table = Table("check", "rule", "source", "evidence")
    for check in CHECKS:
        table.add_row(check.name, check.holds, check.source, check.evidence.value)
    Console(markup=False, highlight=False).print(table)


@main.command("run", context_settings={"show_default": True})
@target_options
@job_options
@click.option(
    "--checks",
    multiple=True,
    metavar="NAME",
    help="Only run these checks; * matches anything; repeatable.",
)
@click.option("--seed", default=1, help="Seed of generated requests, to make runs repeatable.")
@click.option("--quick", is_flag=True, help="Create fewer jobs and send fewer generated requests.")
@click.option("--strict", is_flag=True, help="Also fail on advice, flaky findings and gaps.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first failing finding.")
@click.option("--verified", type=click.Choice(["error", "warn"]), default="error",
              help="Severity of findings whose rule no documentation page states.")  # fmt: skip
@deviations_option
@ledger_option
@click.option(
    "--plan", "only_plan", is_flag=True, help="Print what would be sent, and send nothing."
)
@report_options
@click.pass_context
def run_command(context: click.Context, /, **given: Any) -> None:
    """Run the checks against a target.

    The exit status is 0 when the contract is kept, 1 when it is broken, 2 for an invalid option,
    and 3 when the target cannot be reached or is out of service.
    """
    try:
        from contract_tests.reports.outputs import Outputs
    except ModuleNotFoundError as error:
        remedy = "install the extra: pip install 'video-gateway-mock[contract]'"
        raise click.ClickException(f"{error.name} is not installed; {remedy}") from error

    outputs = Outputs(
        form=given.pop("form"),
        files={name: given.pop(name) for name in REPORTS},
    )
    only_plan, path = given.pop("only_plan"), given.pop("known_deviations")
    given["verified_warns"] = given.pop("verified") == "warn"
    try:
        options = Options(**given)
        outputs.require_writable(options.ledger)
        if only_plan:
            _show_plan(options, outputs)
            return
        known = known_deviations(path)
        status = outputs.perform(options, known)
    except (UsageError, SpecError, DeviationsError, ValueError) as error:
        raise click.UsageError(visible_lines(str(error))) from error
    context.exit(status)


def _show_plan(options: Options, outputs: Any) -> None:
    from contract_tests.runner.plan import plan

    with options.open_target() as target:
        found = plan(options, target, target.tested_part(options.read_contract()))
    if outputs.form == "json":
        click.echo(json.dumps(_plan_data(found), indent=2, ensure_ascii=False))
        return
    console = Console(markup=False, highlight=False, soft_wrap=True)
    limit = "" if found.max_requests is None else f" (limit {found.max_requests})"
    jobs = found.jobs
    console.print(f"target    {found.target}, {'costs money' if jobs.billable else 'free'}")
    for what, count in found.parts:
        console.print(f"          about {count:4} requests: {what}")
    console.print(f"requests  at most about {found.requests}{limit}")
    for line in found.lines():
        console.print(Text(line))


def _plan_data(found: Any) -> dict[str, Any]:
    more = found.jobs.more
    return {
        "target": found.target,
        "billable": found.jobs.billable,
        "requests": found.requests,
        "max_requests": found.max_requests,
        "parts": [{"what": what, "requests": count} for what, count in found.parts],
        "budget_jobs": found.jobs.budget,
        "jobs": [{"request": job.request, "usd": job.usd} for job in found.jobs.planned],
        "usd": found.jobs.planned_usd,
        "free": not found.jobs.billable,
        "one_more": more and {"request": more.request, "usd": more.usd},
    }


@main.command("pytest", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def pytest_command(arguments: tuple[str, ...]) -> None:
    """Run the checks under pytest.

    ARGUMENTS are options of pytest and of this suite, such as --target. Like 'pytest --pyargs
    contract_tests', but isolated from the current project: its folder 'contract_tests' is not
    imported, and its settings are not read.
    """
    if not _is_installed("pytest"):
        remedy = "install the extra: pip install 'video-gateway-mock[contract]'"
        raise click.ClickException(f"pytest is not installed; {remedy}")
    configuration = _SUITE / "pytest.ini"
    command = [sys.executable, "-I", "-m", "pytest", "-c", str(configuration), str(_SUITE)]
    sys.exit(_status_of([*command, *arguments]))


def _status_of(command: Sequence[str]) -> int:
    """Run a command to its end, and pass on to it what ends this process: it writes its report."""
    with subprocess.Popen(command) as child:
        # Ctrl-C on a terminal reaches the child as well.
        before = {
            signal.SIGTERM: signal.signal(signal.SIGTERM, lambda *_: child.terminate()),
            signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN),
        }
        try:
            return child.wait()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _is_installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False


main.add_command(compare_command)
main.add_command(derive_command)
main.add_command(detect_command)
main.add_command(matrix_command)
main.add_command(relay_command)
main.add_command(record_command)
main.add_command(guard_command)
main.add_command(catalogue_command)


if __name__ == "__main__":
    sys.exit(main())
