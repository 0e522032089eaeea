"""A report as one HTML page without external resources; ``report.html.jinja`` is its template."""

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from contract_tests.findings.cause import Cause
from contract_tests.reports.curl import curl
from contract_tests.reports.report import JobRecord, Report, redact
from contract_tests.reports.wording import price, reply_text, request_text, seen
from openapi.documents.look import LOOK
from openapi.documents.text import visible, visible_lines

_TEMPLATE = "report.html.jinja"
_WIDTH = 1000
# A state that only one response showed is drawn at least so wide.
_NARROWEST = 4
_SHORTEST_S = 1e-6


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a job's timeline with one status; ``x`` and ``width`` are thousandths of it."""

    x: float
    width: float
    stage: str
    status: str
    since_s: float


def as_html(report: Report) -> str:
    """The report as a page: its causes, then the jobs, then every check with its result."""
    page = environment().get_template(_TEMPLATE)
    return redact(
        page.render(
            report=report,
            rows=[(cause, report.weight(cause).value, _curl(report, cause))
                  for cause in report.causes],
            jobs=[(job, timeline(job)) for job in report.jobs],
        )
    )  # fmt: skip


def timeline(job: JobRecord) -> list[Segment]:
    """The statuses that a job showed, in the proportion of the seconds between them."""
    changes = job.changes
    total = max(job.states[-1].at_s, _SHORTEST_S) if changes else _SHORTEST_S
    ends = [each.at_s for each in (*changes[1:], *job.states[-1:])]
    return [
        Segment(
            x=each.at_s / total * _WIDTH,
            width=max(_NARROWEST, (end - each.at_s) / total * _WIDTH),
            stage=each.stage or "unknown",
            status=each.status,
            since_s=each.at_s,
        )
        for each, end in zip(changes, ends, strict=True)
    ]


def _curl(report: Report, cause: Cause) -> str:
    exchange = cause.shown.exchange
    return curl(report.target_url, exchange.request) if exchange else ""


def environment() -> Environment:
    """The templates of this folder, which show data as it is and never as markup.

    They have the style sheet that all pages of the project share.
    """
    found = Environment(
        loader=FileSystemLoader((Path(__file__).parent, LOOK.parent)),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "lines": lambda text: Markup(escape(visible_lines(text))),
        "price": price,
        "seen": seen,
        "request_text": request_text,
        "reply_text": reply_text,
    }
    return found


def _shown(value: object) -> object:
    """A value as it is shown: control characters of data are escaped, markup stays."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
