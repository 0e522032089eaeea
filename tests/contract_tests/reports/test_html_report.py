"""The report as a page: what is read first stands first, and data is never markup."""

import pytest

from contract_tests.findings.finding import Finding
from contract_tests.reports.html_report import as_html
from contract_tests.reports.report import Report, Rules, Verdict
from openapi.contract.evidence import Evidence


def page(jobs: int = 0, received: str = "500") -> str:
    """The page of a run that made so many jobs and found one thing wrong."""
    finding = Finding(
        check="server_errors",
        operation="createVideo",
        evidence=Evidence.DOCUMENTED,
        source="sora-image:16",
        key="500",
        expected="200",
        received=received,
        exchange=None,
    )
    return as_html(
        Report(
            verdict=Verdict.BROKEN,
            target="http://gateway.test",
            target_url="http://gateway.test",
            dialect="gateway",
            seed=1,
            started="2026-01-01T00:00:00+00:00",
            duration_s=1.0,
            requests=1,
            requests_by_sender={},
            findings=(finding,),
            accepted=(),
            complaints=(),
            not_checked=(),
            checks=(),
            jobs_created=tuple(f"video_{number}" for number in range(jobs)),
            jobs_deleted=(),
            budget_jobs=None,
            rules=Rules(),
        )
    )


@pytest.mark.parametrize(("jobs", "first"), [(3, True), (300, False)])
def test_many_jobs_stand_after_what_was_found(jobs: int, *, first: bool) -> None:
    """A few jobs are named at the top; hundreds at the end, where they are in nobody's way."""
    shown = page(jobs)

    assert (shown.index("video_2") < shown.index("server_errors")) is first
    assert f"video_{jobs - 1}" in shown


def test_what_a_server_says_is_no_markup() -> None:
    """An answer with tags in it is shown as text."""
    assert "<script>" not in page(received="<script>alert(1)</script>")
