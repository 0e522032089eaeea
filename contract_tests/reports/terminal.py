"""A report on a terminal."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from contract_tests.findings.cause import Cause
from contract_tests.findings.finding import NotChecked
from contract_tests.reports.curl import curl
from contract_tests.reports.report import Report, Verdict, Weight, redact
from contract_tests.reports.wording import seen
from openapi.documents.text import visible

_COLOURS = {Weight.ERROR: "red", Weight.ADVICE: "yellow", Weight.FLAKY: "cyan"}
_MOST_TEXT = 400
# At most so many checks are named for one reason; more are counted.
_NAMED = 3
_NAMED_OPERATIONS = 5


def show(report: Report, console: Console) -> None:
    """Print the causes of the findings, the gravest first, then the verdict."""
    for cause in report.causes:
        _show_cause(report, cause, console)
    for finding, why in report.accepted:
        text = f"known deviation until {why.expires}: {finding.operation}, {finding.check}: "
        console.print(Text(visible(redact(text + why.reason)), style="dim"))
    for complaint in report.complaints:
        console.print(Text(f"known deviation to fix: {visible(complaint)}", style="yellow"))
    if report.not_checked:
        console.print(_not_checked(report.not_checked))
    console.print(_verdict(report))


def _show_cause(report: Report, cause: Cause, console: Console) -> None:
    weight = report.weight(cause)
    console.print(
        Text.assemble(
            (weight.value, f"bold {_COLOURS[weight]}"),
            f"  {_named(cause.operations) or 'all operations'}  ",
            (_named(cause.checks), "bold"),
        )
    )
    for name, value in _facts(report, cause):
        console.print(Text(f"  {name:<9}{_short(visible(redact(value)))}"), soft_wrap=True)
    console.print()


def _named(names: Sequence[str]) -> str:
    """Some names, and how many more there are."""
    shown = ", ".join(map(visible, names[:_NAMED_OPERATIONS]))
    more = len(names) - _NAMED_OPERATIONS
    return f"{shown} and {more} more" if more > 0 else shown


def _facts(report: Report, cause: Cause) -> Iterator[tuple[str, str]]:
    finding = cause.shown
    yield "expected", finding.expected
    for other in cause.expected[1:_NAMED]:
        yield "", other
    if len(cause.expected) > _NAMED:
        yield "", f"and {len(cause.expected) - _NAMED} more"
    yield "received", finding.received
    if finding.other_answer:
        yield "but", finding.other_answer
    yield "source", f"{finding.source} ({finding.evidence.value})"
    yield "seen", seen(cause)
    if finding.exchange:
        yield "repeat", curl(report.target_url, finding.exchange.request)


def _short(text: str) -> str:
    return text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]} ..."


def _not_checked(entries: tuple[NotChecked, ...]) -> Table:
    table = Table("not checked", "operation", "reason", box=None)
    alike: dict[tuple[str, str], list[str]] = {}
    for each in entries:
        alike.setdefault((each.operation, each.reason), []).append(each.check)
    for (operation, reason), checks in alike.items():
        some = checks if len(checks) <= _NAMED else [f"{len(checks)} checks"]
        why = _short(visible(redact(reason)))
        table.add_row(visible(", ".join(some)), visible(operation) or "all", why)
    return table


def _verdict(report: Report) -> Text:
    good = report.verdict is Verdict.CLEAN
    facts = (
        f"  {len(report.causes)} causes in {len(report.findings)} findings, "
        f"{len(report.not_checked)} not checked, "
        f"{report.requests} requests, {report.spending.text}, seed {report.seed}, "
        f"{report.duration_s:.1f} s"
    )
    text = Text.assemble((report.verdict.text, f"bold {'green' if good else 'red'}"), facts)
    if report.trouble:
        text.append(f"\n  {visible(redact(report.trouble))}")
    if report.spending.more is not None:
        text.append(f"\n  one job more would add: {visible(report.spending.more.request)}")
    if report.jobs_created and report.budget_jobs is not None:
        text.append(f"\n  created: {visible(', '.join(report.jobs_created))}")
        text.append(f"\n  deleted: {visible(', '.join(report.jobs_deleted)) or 'none'}")
    return text
