"""What ``gateway-mock drill`` does: a server, the runs of the client, and how they are shown."""

import json
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from video_gateway_mock.drill import CASES, KINDS, ORDINARY, Case, Facts, Finding, Limits, judge
from video_gateway_mock.drill.command import Client, CommandError
from video_gateway_mock.drill.facts import PASSED
from video_gateway_mock.handle import Gateway
from video_gateway_mock.server import ServerError, ServerProcess

_NOT_JUDGED = 3
_WIDTH = 160


@dataclass(frozen=True, slots=True)
class _Run:
    case: Case
    facts: Facts
    findings: Sequence[Finding]


def perform(command: Sequence[str], options: Mapping[str, Any], form: str) -> int:
    """Run the drill and print what it found; the exit status.

    Raises:
        click.BadParameter: no case has a name that was given.
    """
    chosen = _chosen(options["cases"])
    client = Client(command, options["files"])
    limits = Limits(options["timeout"], options["requests"])
    try:
        with _server(options) as url:
            runs = list(_runs(client, chosen, url, limits))
    except (CommandError, ServerError) as error:
        click.echo(f"Error: {error}", err=True)
        return _NOT_JUDGED
    if form == "json":
        click.echo(json.dumps(_data(command, runs), indent=2, ensure_ascii=False))
    else:
        _show(runs)
    return int(any(run.findings for run in runs))


def _chosen(patterns: Sequence[str]) -> Sequence[Case]:
    """The cases whose names match; all without a pattern.

    Raises:
        click.BadParameter: a pattern matches none.
    """
    for pattern in patterns:
        if not any(fnmatchcase(case.name, pattern) for case in CASES):
            known = ", ".join(case.name for case in CASES)
            raise click.BadParameter(f"no case '{pattern}'; known: {known}", param_hint="--case")
    return [
        case
        for case in CASES
        if not patterns or any(fnmatchcase(case.name, pattern) for pattern in patterns)
    ]


@contextmanager
def _server(given: Mapping[str, Any]) -> Iterator[str]:
    """A server for the runs; it ends with them, even if this process is asked to end."""
    options = [f"--step={given['step']}", "--seed=0"]
    options += [f"--dialect={given['dialect']}"] if given["dialect"] else []
    options += [f"--service={name}" for name in given["services"]]
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    server = ServerProcess(options)
    try:
        yield server.url
    finally:
        server.stop()
        signal.signal(signal.SIGTERM, before)


def _runs(client: Client, cases: Sequence[Case], url: str, limits: Limits) -> Iterator[_Run]:
    """The runs in these cases.

    Raises:
        CommandError: the command cannot be started, or fails while nothing goes wrong.
    """
    ordinary, output = client.run(ORDINARY, Gateway(url, "sk-drill-ordinary"), limits)
    if ordinary.outcome != PASSED:
        raise CommandError(
            f"the command fails while nothing goes wrong ({ordinary.reason}), so its failures "
            f"say nothing. It printed:\n{output}"
        )
    for case in cases:
        facts, _ = client.run(case, Gateway(url, f"sk-drill-{case.name}"), limits)
        if sys.stderr.isatty():
            click.echo(f"{case.name}: {facts.outcome} ({facts.reason})", err=True)
        yield _Run(case, facts, judge(ordinary, facts))


def _data(command: Sequence[str], runs: Sequence[_Run]) -> dict[str, Any]:
    return {
        "command": list(command),
        "findings": sum(len(run.findings) for run in runs),
        "cases": [
            {
                "case": run.case.name,
                "summary": run.case.summary,
                **asdict(run.facts),
                "findings": [asdict(finding) for finding in run.findings],
            }
            for run in runs
        ],
    }


def _show(runs: Sequence[_Run]) -> None:
    width = None if sys.stdout.isatty() else _WIDTH
    console = Console(markup=False, highlight=False, width=width)
    wrong = [run for run in runs if run.findings]
    if wrong:
        table = Table("case", "finding", "what shows it", show_lines=True)
        for run in wrong:
            for finding in run.findings:
                shown = f"{run.case.name}: {run.case.summary}"
                table.add_row(shown, finding.kind, finding.detail)
        console.print(table)
    counts = {kind: sum(f.kind == kind for run in wrong for f in run.findings) for kind in KINDS}
    counted = ", ".join(f"{kind} in {count}" for kind, count in counts.items() if count)
    console.print(f"{len(runs)} cases: {counted or 'nothing was found'}")
