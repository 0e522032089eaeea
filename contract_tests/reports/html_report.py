"""A report as one HTML page without external resources."""

from collections.abc import Sequence
from html import escape

from contract_tests.findings.finding import Finding
from contract_tests.reports.curl import curl
from contract_tests.reports.report import Report, Weight, redact
from openapi.documents.text import visible

_NAMED = 10
_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
td, th { border: 1px solid #8886; padding: .3rem .6rem; text-align: left; vertical-align: top; }
pre { overflow-x: auto; background: #8882; padding: .6rem; }
article { border-left: .4rem solid #888; padding: 0 1rem; margin: 1rem 0; }
article.error { border-color: #c33; } article.advice { border-color: #c93; }
article.flaky { border-color: #69c; }
dt { font-weight: 600; } dd { margin: 0 0 .4rem 1rem; overflow-wrap: anywhere; }
"""


def as_html(report: Report) -> str:
    """The report as a page; the most severe findings come first."""
    order = list(Weight)
    sorted_ = sorted(report.findings, key=lambda each: order.index(report.rules.weight(each)))
    parts = [
        _head(report),
        *(_finding(report, each) for each in sorted_),
        _accepted(report),
        _table("Not checked", [(n.check, n.operation, n.reason) for n in report.not_checked]),
        _table("Known deviations to fix", [(each,) for each in report.complaints]),
        _table("Checks", report.checks),
        _table("Jobs created", [(job,) for job in _unnamed(report)]),
    ]
    return redact(
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{_shown(report.verdict.text)}: {_shown(report.target)}</title>"
        f"<style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>\n"
    )


def _unnamed(report: Report) -> Sequence[str]:
    """The jobs of a run with so many that they are listed at the end."""
    return report.jobs_created if len(report.jobs_created) > _NAMED else ()


def _head(report: Report) -> str:
    listed = len(_unnamed(report))
    jobs = f"{listed}, listed below" if listed else ", ".join(report.jobs_created) or "none"
    facts = [
        ("Target", report.target),
        ("Started", f"{report.started}, took {report.duration_s:.1f} s"),
        ("Requests", str(report.requests)),
        ("Jobs created", jobs),
        ("Seed", str(report.seed)),
        ("Findings", str(len(report.findings))),
    ]
    if report.trouble:
        facts.append(("Trouble", report.trouble))
    return f"<h1>{_shown(report.verdict.text.capitalize())}</h1>{_list(facts)}"


def _finding(report: Report, finding: Finding) -> str:
    weight = report.rules.weight(finding).value
    facts = [
        ("Expected", finding.expected),
        ("Received", finding.received),
        ("Source", f"{finding.source} ({finding.evidence.value})"),
        ("Seen", f"{finding.occurrences} times, {finding.certainty.value}"),
    ]
    if finding.other_answer:
        facts.append(("The other answer", finding.other_answer))
    line = curl(report.target_url, finding.exchange.request) if finding.exchange else ""
    return (
        f'<article class="{weight}"><h2>{_shown(finding.operation or "all operations")}: '
        f"{_shown(finding.check)} ({weight})</h2>{_list(facts)}<pre>{_shown(line)}</pre></article>"
    )


def _accepted(report: Report) -> str:
    rows = [
        (f.operation, f.check, f.expected, d.reason, str(d.expires)) for f, d in report.accepted
    ]
    return _table("Known deviations", rows)


def _shown(text: str) -> str:
    return escape(visible(text))


def _list(facts: list[tuple[str, str]]) -> str:
    rows = "".join(f"<dt>{_shown(name)}</dt><dd>{_shown(value)}</dd>" for name, value in facts)
    return f"<dl>{rows}</dl>"


def _table(title: str, rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    cells = ("".join(f"<td>{_shown(cell)}</td>" for cell in row) for row in rows)
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    return f"<h2>{_shown(title)}</h2><table>{body}</table>"
