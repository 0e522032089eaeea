"""Performs a run for the command line: progress, signals, report files, standard output."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from contract_tests.findings.deviations import Deviation
from contract_tests.guard.halt import Halt
from contract_tests.guard.signals import ended_by_signals
from contract_tests.reports.har import as_har
from contract_tests.reports.html_report import as_html
from contract_tests.reports.json_report import as_json
from contract_tests.reports.junit_report import as_junit
from contract_tests.reports.progress_display import shown_progress
from contract_tests.reports.report import Report
from contract_tests.reports.terminal import show
from contract_tests.runner.options import Options, UsageError
from contract_tests.runner.run import perform

_WRITERS: Mapping[str, Callable[[Report], str]] = {
    "report": as_json,
    "junit": as_junit,
    "html": as_html,
    "har": as_har,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """The form of standard output, and the path of each kind of report; None is not written."""

    form: str
    files: Mapping[str, Path | None]

    def require_writable(self, ledger: Path | None = None) -> None:
        """Make sure, before anything is sent, that every file can be written.

        Raises:
            UsageError: a file's folder does not exist, or a file cannot be written.
        """
        for kind, path in {**self.files, "ledger": ledger}.items():
            if path is None:
                continue
            folder = path.resolve().parent
            if not folder.is_dir():
                raise UsageError(f"--{kind} {path}: there is no folder {folder}; make it first")
            if not os.access(path if path.exists() else folder, os.W_OK):
                raise UsageError(f"--{kind} {path}: it may not be written; name another file")

    def perform(self, options: Options, known: Sequence[Deviation]) -> int:
        """Perform a run and report it; the exit status.

        Raises:
            UsageError: the options cannot work.
            SpecError: the contract or the catalogue cannot be read.
        """
        halt = Halt()
        with ended_by_signals(halt):
            with shown_progress(Console(stderr=True, highlight=False)) as progress:
                report = perform(options, known, progress, halt)
            self.write(report)
            self.show(report)
        return report.verdict.code

    def write(self, report: Report) -> None:
        """Write the report files that were asked for."""
        for kind, path in self.files.items():
            if path is not None:
                path.write_text(_WRITERS[kind](report), encoding="utf-8")

    def show(self, report: Report) -> None:
        """Print a report on standard output."""
        if self.form == "json":
            sys.stdout.write(as_json(report))
        else:
            show(report, Console(markup=False, highlight=False))
