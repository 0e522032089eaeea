"""``gateway-contract guard``: a proxy for clients that caps what is spent, records, and checks."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from contract_tests.cli.options import (
    REPORTS,
    AboveZero,
    deviations_option,
    known_deviations,
    ledger_option,
    report_options,
    target_options,
)
from contract_tests.findings.deviations import DeviationsError
from contract_tests.guard.halt import Halt
from contract_tests.guard.signals import ended_by_signals
from contract_tests.recording.errors import CassetteError
from contract_tests.runner.options import Options, UsageError
from openapi.documents.text import visible_lines
from openapi.errors import SpecError

if TYPE_CHECKING:
    from contract_tests.reports.outputs import Outputs
    from contract_tests.runner.guarding import Guarded

_UNAVAILABLE = 3


@click.command("guard", context_settings={"show_default": True})
@target_options
@click.option("--budget-usd", type=AboveZero(), metavar="USD",
              help="Maximum list price of all jobs.")  # fmt: skip
@click.option("--price", "price_usd", type=AboveZero(), metavar="USD",
              help="Price of a job whose model or length has no known one.")  # fmt: skip
@click.option("--port", type=click.IntRange(0, 65535), default=0,
              help="Port on loopback; 0 is any that is free.")  # fmt: skip
@click.option("--record", type=click.Path(path_type=Path), metavar="NAME",
              help="Record the traffic as a cassette in this folder.")  # fmt: skip
@click.option("--keep-prompts", is_flag=True,
              help="Keep prompts in the cassette instead of their hashes.")  # fmt: skip
@click.option("--check", is_flag=True, help="Report findings in the traffic at the end.")
@click.option("--strict", is_flag=True, help="Also fail on advice and gaps.")
@deviations_option
@ledger_option
@click.option("--quiet", is_flag=True, help="Print no line for each request.")
@report_options
@click.pass_context
def guard_command(context: click.Context, /, **given: Any) -> None:
    """Guard the traffic of any client of a gateway: a proxy on loopback that caps what is spent.

    Clients use its address as base URL, with any API key: the guard puts in the real one. It
    forwards what clients send, and refuses with 403 what would exceed a budget. On a target that
    costs money only documented requests are sent, and no job is created unless --budget-jobs or
    --budget-usd allows it. Ctrl-C ends it.

    With --check the exit status is that of a run: 1 when the traffic breaks the contract. Else it
    is 0; it is 2 for an invalid option, and 3 when the target could not be reached.
    """
    try:
        status = _Guarding.of(given).perform()
    except (UsageError, SpecError, DeviationsError, CassetteError, ValueError) as error:
        raise click.UsageError(visible_lines(str(error))) from error
    context.exit(status)


@dataclass(frozen=True)
class _Guarding:
    """What the options ask for."""

    options: Options
    given: Mapping[str, Any]

    @classmethod
    def of(cls, given: dict[str, Any]) -> "_Guarding":
        names = set(Options.__dataclass_fields__)
        return cls(Options(**{name: each for name, each in given.items() if name in names}), given)

    def perform(self) -> int:
        """Guard until the end, and report; the exit status."""
        from contract_tests.guard.guard import Guard
        from contract_tests.recording.recorder import GUARD, Recorder
        from contract_tests.reports.outputs import Outputs
        from contract_tests.reports.traffic_lines import TrafficLines
        from contract_tests.runner.guarding import Proxy, guard_clients
        from contract_tests.runner.run import unrecorded

        halt = Halt()
        outputs = Outputs(
            form=self.given["form"], files={name: self.given[name] for name in REPORTS}
        )
        outputs.require_writable(self.options.ledger)
        known = known_deviations(self.given["known_deviations"])
        errors = Console(
            stderr=True, markup=False, highlight=False, quiet=self.given["quiet"], soft_wrap=True
        )
        folder = self.given["record"]
        recorder = folder and Recorder(
            folder, self.options, GUARD, self.given["keep_prompts"], halt.now
        )

        def lines(guard: Guard) -> TrafficLines:
            return TrafficLines(guard, errors)

        with ended_by_signals(halt):
            proxy = Proxy(started=self._started, lines=lines, port=self.given["port"])
            found = guard_clients(
                self.options, proxy, halt, known=known, recorder=recorder or unrecorded
            )
            if recorder:
                recorder.end(found.report)
            outputs.write(found.report)
        self._report(found, outputs)
        code = found.report.verdict.code
        return code if self.given["check"] or code == _UNAVAILABLE else 0

    @property
    def _is_json(self) -> bool:
        return bool(self.given["form"] == "json")

    def _started(self, url: str) -> None:
        """Say on standard output, for people and programs, where clients reach the guard."""
        base = f"{url}/v1"
        text = f"guarding {self.options.target}: use {base} as base URL"
        click.echo(json.dumps({"base_url": base}) if self._is_json else visible_lines(text))

    def _report(self, found: "Guarded", outputs: "Outputs") -> None:
        from contract_tests.reports.json_report import as_json

        folder, checks = self.given["record"], self.given["check"]
        if self._is_json:
            report = {"report": json.loads(as_json(found.report))} if checks else {}
            data = {**found.data, "recorded": folder and str(folder), **report}
            click.echo(json.dumps(data, ensure_ascii=False))
            return
        if checks:
            outputs.show(found.report)
        recorded = (f"recorded in {folder}",) if folder else ()
        for line in (*found.lines, *recorded):
            click.echo(visible_lines(line))
