"""A report as JSON; ``report.schema.json`` beside this module describes it."""

import json
from pathlib import Path
from typing import Any

from contract_tests.findings.finding import Finding
from contract_tests.reports.curl import curl
from contract_tests.reports.report import Report, redact
from openapi.documents.text import json_text

SCHEMA = Path(__file__).with_name("report.schema.json")


def as_data(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    return {
        "verdict": report.verdict.text,
        "trouble": report.trouble,
        "target": report.target,
        "dialect": report.dialect,
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
        "requests": report.requests,
        "requests_by_sender": report.requests_by_sender,
        "budget_jobs": report.budget_jobs,
        "jobs_created": list(report.jobs_created),
        "jobs_deleted": list(report.jobs_deleted),
        "seed": report.seed,
        "started": report.started,
        "duration_s": round(report.duration_s, 3),
    }


def as_json(report: Report) -> str:
    """The report as a JSON document."""
    return json_text(redact(json.dumps(as_data(report), indent=2, ensure_ascii=False))) + "\n"


def _finding(report: Report, finding: Finding) -> dict[str, Any]:
    exchange = finding.exchange
    return {
        "operation": finding.operation,
        "check": finding.check,
        "weight": report.rules.weight(finding).value,
        "standing": finding.evidence.value,
        "source": finding.source,
        "expected": finding.expected,
        "received": finding.received,
        "key": finding.identity[2],
        "curl": curl(report.target_url, exchange.request) if exchange else "",
        "occurrences": finding.occurrences,
        "certainty": finding.certainty.value,
        "other_answer": finding.other_answer,
    }
