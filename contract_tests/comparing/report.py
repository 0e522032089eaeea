"""A comparison as text on a terminal, as JSON and as an HTML page."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from contract_tests.comparing.comparison import Comparison, Difference
from contract_tests.findings.deviations import Deviation, sort
from contract_tests.reports.html_report import environment
from contract_tests.reports.report import Verdict
from openapi.documents.text import json_text, visible

_TEMPLATE = "comparison.html.jinja"
# Cases that only one side has are counted, and so many named.
_NAMED = 5


@dataclass(frozen=True)
class ComparisonReport:
    """A comparison, sorted by the known deviations.

    Attributes:
        open: the differences that are not accepted.
        accepted: the others, each with the entry that accepts it.
        complaints: what is wrong with the entries.
    """

    comparison: Comparison
    open: tuple[Difference, ...]
    accepted: tuple[tuple[Difference, Deviation], ...]
    complaints: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """Clean where no difference is open and no entry has to be fixed."""
        return Verdict.BROKEN if self.open or self.complaints else Verdict.CLEAN

    @property
    def heads(self) -> tuple[str, ...]:
        """The columns of the table: the documentation, both sides, and the fake."""
        sides = (self.comparison.one, self.comparison.other)
        names = tuple(f"{each.name} ({each.kind.value})" for each in sides)
        return ("documentation", *names, *(("fake",) if self.comparison.has_witness else ()))

    def cells(self, difference: Difference) -> tuple[str, ...]:
        """What stands in these columns for a difference."""
        page = difference.page or "allows both"
        fake = (difference.fake or "not asked",) if self.comparison.has_witness else ()
        return (page, difference.one, difference.other, *fake)

    @property
    def summary(self) -> str:
        """How much was compared, in one line."""
        found = self.comparison
        alone = f"{len(found.only_one)} only in {found.one.name}, "
        alone += f"{len(found.only_other)} only in {found.other.name}"
        return f"{len(self.open)} differences in {found.common} cases ({alone})"


def report_of(comparison: Comparison, known: Sequence[Deviation], today: date) -> ComparisonReport:
    """Sort the differences of a comparison by the known deviations."""
    findings = {id(each): each.finding for each in comparison.differences}
    sorted_ = sort(tuple(findings.values()), known, today, complete=True)
    accepted = {id(finding): why for finding, why in sorted_.accepted}
    pairs = [(each, accepted.get(id(findings[id(each)]))) for each in comparison.differences]
    return ComparisonReport(
        comparison,
        open=tuple(each for each, why in pairs if why is None),
        accepted=tuple((each, why) for each, why in pairs if why is not None),
        complaints=sorted_.complaints,
    )


def show(report: ComparisonReport, console: Console) -> None:
    """Print the table of differences and a line that sums it up."""
    if report.open:
        table = Table("where", "what", *map(visible, report.heads), "fault", show_lines=True)
        for each in report.open:
            where = f"{each.operation} {each.request}".strip()
            row = (where, each.part, *report.cells(each), each.fault)
            table.add_row(*(Text(visible(cell)) for cell in row))
        console.print(table)
    for difference, why in report.accepted:
        text = f"known deviation until {why.expires}: {difference.operation}: {why.reason}"
        console.print(Text(visible(text), style="dim"))
    for complaint in report.complaints:
        console.print(Text(f"known deviation to fix: {visible(complaint)}", style="yellow"))
    console.print(Text(visible(report.summary)))


def as_json(report: ComparisonReport) -> str:
    """The comparison for programs."""
    sides = (report.comparison.one, report.comparison.other)
    data: dict[str, Any] = {
        "verdict": report.verdict.text,
        "sides": [{"name": each.name, "kind": each.kind.value} for each in sides],
        "cases": report.comparison.common,
        "only_one": [str(each) for each in report.comparison.only_one],
        "only_other": [str(each) for each in report.comparison.only_other],
        "differences": [_data(each) for each in report.open],
        "accepted": [{**_data(each), "reason": why.reason} for each, why in report.accepted],
        "complaints": list(report.complaints),
    }
    return json_text(json.dumps(data, indent=2, ensure_ascii=False)) + "\n"


def _data(difference: Difference) -> dict[str, Any]:
    return {
        "operation": difference.operation,
        "request": difference.request,
        "part": difference.part,
        "key": difference.finding.key,
        "page": difference.page,
        "one": difference.one,
        "other": difference.other,
        "fake": difference.fake,
        "fault": difference.fault,
    }


def as_html(report: ComparisonReport) -> str:
    """The comparison as one page without external resources."""
    return environment().get_template(_TEMPLATE).render(report=report, named=_NAMED)
