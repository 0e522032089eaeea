"""A report as JSON; ``report.schema.json`` beside this module describes it."""

import json
from math import isfinite
from pathlib import Path
from typing import Any

from contract_tests.findings.cause import Cause
from contract_tests.findings.finding import Finding
from contract_tests.reports.curl import curl
from contract_tests.reports.report import CheckResult, JobRecord, Report, redact
from contract_tests.reports.spending import Spending
from openapi.documents.text import json_text

SCHEMA = Path(__file__).with_name("report.schema.json")


def as_data(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    return {
        "verdict": report.verdict.text,
        "trouble": report.trouble,
        "target": report.target,
        "dialect": report.dialect,
        "causes": [_cause(report, each) for each in report.causes],
        "findings": [_finding(report, each) for each in report.findings],
        "known_deviations": [
            {**_finding(report, each), "reason": why.reason, "expires": why.expires.isoformat()}
            for each, why in report.accepted
        ],
        "known_deviations_to_mend": list(report.complaints),
        "not_checked": [
            {"check": each.check, "operation": each.operation, "reason": each.reason}
            for each in report.not_checked
        ],
        "checks": [_check(each) for each in report.check_results],
        "requests": report.requests,
        "requests_by_sender": report.requests_by_sender,
        "budget_jobs": report.budget_jobs,
        "jobs": [_job(each) for each in report.jobs],
        "jobs_created": list(report.jobs_created),
        "jobs_deleted": list(report.jobs_deleted),
        **spending_data(report.spending),
        "seed": report.seed,
        "started": report.started,
        "duration_s": round(report.duration_s, 3),
    }


def spending_data(spending: Spending) -> dict[str, Any]:
    """The jobs of a run as plain values."""
    return {
        "free": not spending.billable,
        "jobs_planned": [{"request": each.request, "usd": each.usd} for each in spending.planned],
        "usd_planned": spending.planned_usd,
        "jobs_made": [
            {"id": each.id, "request": each.request, "sender": each.sender, "usd": each.usd}
            for each in spending.made
        ],
        "usd_made": spending.made_usd,
    }


def as_json(report: Report) -> str:
    """The report as a JSON document."""
    return json_text(redact(json.dumps(as_data(report), indent=2, ensure_ascii=False))) + "\n"


def _cause(report: Report, cause: Cause) -> dict[str, Any]:
    places = {id(each): place for place, each in enumerate(report.findings)}
    return {
        "weight": report.weight(cause).value,
        "standing": cause.shown.evidence.value,
        "operations": list(cause.operations),
        "checks": list(cause.checks),
        "expected": list(cause.expected),
        "received": cause.shown.received,
        "source": cause.shown.source,
        "curl": _curl(report, cause.shown),
        "occurrences": cause.occurrences,
        "findings": [places[id(each)] for each in cause.findings],
    }


def _check(result: CheckResult) -> dict[str, Any]:
    return {
        "check": result.name,
        "holds": result.holds,
        "result": result.outcome.value,
        "findings": result.findings,
        "not_checked": list(result.not_checked),
    }


def _job(job: JobRecord) -> dict[str, Any]:
    return {
        "name": job.name,
        "id": job.job,
        "request": job.request,
        "usd": job.usd,
        "states": [
            {"at_s": round(each.at_s, 3), "status": each.status, "progress": _finite(each.progress)}
            for each in job.states
        ],
    }


def _finite(value: float | None) -> float | None:
    """A number that JSON can hold; None for an infinite one."""
    return value if value is not None and isfinite(value) else None


def _curl(report: Report, finding: Finding) -> str:
    return curl(report.target_url, finding.exchange.request) if finding.exchange else ""


def _finding(report: Report, finding: Finding) -> dict[str, Any]:
    return {
        "operation": finding.operation,
        "check": finding.check,
        "weight": report.rules.weight(finding).value,
        "standing": finding.evidence.value,
        "source": finding.source,
        "expected": finding.expected,
        "received": finding.received,
        "key": finding.identity[2],
        "curl": _curl(report, finding),
        "occurrences": finding.occurrences,
        "certainty": finding.certainty.value,
        "other_answer": finding.other_answer,
    }
