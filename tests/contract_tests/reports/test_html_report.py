"""The report as a page: what is read first stands first, and data is never markup."""

import pytest

from contract_tests.findings.finding import Finding
from contract_tests.reports.html_report import as_html, timeline
from contract_tests.reports.report import JobRecord, ObservedState, Report, Rules, Verdict
from openapi.contract.evidence import Evidence
from openapi.documents.look import LOOK


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


@pytest.mark.parametrize(("jobs", "folded"), [(3, False), (300, True)])
def test_many_jobs_are_folded_away(jobs: int, *, folded: bool) -> None:
    """A few jobs are named at the top; hundreds are counted there, and named on demand."""
    shown = page(jobs)

    assert f"video_{jobs - 1}" in shown
    assert (f"<details><summary>{jobs} of them</summary>" in shown) is folded


def test_control_characters_of_a_server_are_shown_escaped() -> None:
    """An escape sequence in a response is text, and so is one that ends a line."""
    shown = page(received="\x1b[2J\r\n")

    assert "\x1b" not in shown
    assert "\\x1b[2J" in shown


@pytest.mark.parametrize("states", [0, 1, 3])
def test_the_timeline_of_a_job_covers_its_whole_life(states: int) -> None:
    """The statuses follow each other from the first response to the last, in proportion."""
    words = ("queued", "in_progress", "completed")
    job = JobRecord(
        name="J1",
        job="video_1",
        request="createVideo",
        usd=None,
        states=tuple(
            ObservedState(at_s=place * 10.0, status=words[place], stage="", progress=None)
            for place in range(states)
        ),
    )

    segments = timeline(job)

    assert [each.status for each in segments] == list(words[:states])
    assert [each.x for each in segments] == [
        place * 1000 / max(states - 1, 1) for place in range(states)
    ]


def test_what_a_server_says_is_no_markup() -> None:
    """An answer with tags in it is shown as text."""
    assert "<script>" not in page(received="<script>alert(1)</script>")


def test_a_report_looks_like_the_workbench() -> None:
    """Both have one style sheet for what they share: colours, light and dark, and type."""
    look = LOOK.read_text(encoding="utf-8")

    assert look.strip() in page()
    assert "prefers-color-scheme: dark" in look
