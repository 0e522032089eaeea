"""Performs a recording for the command line: progress, signals, one cassette or two."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console

from contract_tests.guard.halt import Halt
from contract_tests.guard.signals import ended_by_signals
from contract_tests.recording.cassette import Cassette
from contract_tests.recording.recorder import ENDED_EARLY, RECORD, Recorder
from contract_tests.recording.volatile import DIFFERS, Volatile, volatile_fields
from contract_tests.recording.writer import require_empty
from contract_tests.reports.progress_display import shown_progress
from contract_tests.reports.report import Report
from contract_tests.reports.spending import counted, money
from contract_tests.runner.options import Options
from contract_tests.runner.run import perform
from contract_tests.runner.stages import RECORDED_STAGES
from openapi.documents.writing import dump, write_all

VOLATILE = "volatile.yaml"


@dataclass(frozen=True)
class Recorded:
    """What a recording has brought.

    Attributes:
        reports: the report of the run behind each cassette.
        volatile: the fields that two cassettes do not share; None where there is one cassette.
    """

    folders: tuple[Path, ...]
    reports: tuple[Report, ...]
    volatile: tuple[Volatile, ...] | None = None

    @property
    def status(self) -> int:
        """The exit status: that of the first recording that ended early."""
        early = (each.verdict.code for each in self.reports if each.verdict in ENDED_EARLY)
        return next(early, 0)

    def lines(self) -> Iterator[str]:
        """What is to be said of it, as text."""
        for folder, report in zip(self.folders, self.reports, strict=False):
            cost = money(report.spending.made) if report.spending.billable else "free"
            jobs = counted(len(report.spending.made), "job")
            facts = f"{counted(len(report.exchanges), 'exchange')}, {jobs}, {cost}"
            yield f"{folder}  {facts}, {report.target}, dialect {report.dialect}"
            if report.verdict in ENDED_EARLY:
                yield f"  not complete: {report.trouble or report.verdict.text}"
            if report.causes:
                found = f"{counted(len(report.causes), 'cause')} of findings"
                yield f"  {found}: 'gateway-contract run' with the same options reports them"
        if self.volatile is not None:
            others = sum(each.why == DIFFERS for each in self.volatile)
            known = len(self.volatile) - others
            yield f"  {known} fields are references, {others} others differ: see {VOLATILE}"

    def as_data(self) -> Mapping[str, Any]:
        """The same for programs."""
        cassettes = [
            {
                "name": folder.name,
                "path": str(folder),
                "target": report.target_url,
                "dialect": report.dialect,
                "exchanges": len(report.exchanges),
                "jobs": len(report.spending.made),
                "usd": report.spending.made_usd if report.spending.billable else 0.0,
                "complete": report.verdict not in ENDED_EARLY,
                "trouble": report.trouble,
                "findings": len(report.findings),
            }
            for folder, report in zip(self.folders, self.reports, strict=False)
        ]
        fields = None if self.volatile is None else [dict(each.as_data()) for each in self.volatile]
        return {"cassettes": cassettes, "volatile": fields}


def record(options: Options, folder: Path, *, keep_texts: bool, twice: bool) -> Recorded:
    """Record a target, once or twice.

    Raises:
        UsageError: the options cannot work.
        SpecError: the contract or the catalogue cannot be read.
        CassetteError: the folder has something in it, a file cannot be written, or a key was about
            to be written, so that nothing is kept.
    """
    folders = (folder, folder.with_name(f"{folder.name}-2")) if twice else (folder,)
    for each in folders:
        require_empty(each)
    reports: list[Report] = []
    for each in folders:
        reports.append(_recorded(options, each, keep_texts=keep_texts))
        if reports[-1].verdict in ENDED_EARLY:
            break
    found = Recorded(folders, tuple(reports))
    return _with_volatile(found) if twice and found.status == 0 else found


def _recorded(options: Options, folder: Path, *, keep_texts: bool) -> Report:
    halt = Halt()
    recorder = Recorder(folder, options, RECORD, keep_texts, halt.now)
    with ended_by_signals(halt), shown_progress(Console(stderr=True, highlight=False)) as progress:
        report = perform(options, (), progress, halt, stages=RECORDED_STAGES, recorder=recorder)
    recorder.end(report)
    return report


def _with_volatile(found: Recorded) -> Recorded:
    first, second = (Cassette.open(each) for each in found.folders)
    fields = volatile_fields(first, second)
    data = {
        "recordings": [first.name, second.name],
        "fields": [dict(each.as_data()) for each in fields],
    }
    write_all({found.folders[0] / VOLATILE: dump(data)})
    return replace(found, volatile=fields)
