"""Known deviations in a run: what is accepted, until when, and what outdated entries do."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from contract_tests.checks.access import leaks
from contract_tests.findings.deviations import read_deviations, sort
from contract_tests.findings.finding import Breach
from contract_tests.reports.report import Rules, Verdict, verdict_of
from contract_tests.runner.findings import finding_of
from tests.contract_tests.commands import PROBES, report_of, run
from tests.contract_tests.defective import Breaking
from tests.contract_tests.gateways import journaled

BEFORE, LATER = date(2020, 1, 1), date(2099, 12, 31)
ENTRY = "- {check: 'CHECK', operation: '*', reason: a ticket, expires: DATE}\n"


def known(check: str, expires: date) -> str:
    """A file with one entry."""
    entry = ENTRY.replace("CHECK", check).replace("DATE", expires.isoformat())
    return f"deviations:\n{entry}"


def write(text: str) -> None:
    """The file that a run in this folder reads."""
    Path("known-deviations.yaml").write_text(text, encoding="utf-8")


def test_a_known_deviation_is_reported_and_fails_nothing() -> None:
    """A finding that an entry fits ends the run with status 0, and the report has its reason."""
    write(known("*", LATER))
    with journaled(Breaking) as (url, _):
        result = run("--target", url, *PROBES, "--format", "json")
    data = report_of(result)

    assert (result.exit_code, data["verdict"], data["findings"]) == (0, "clean", [])
    assert {each["reason"] for each in data["known_deviations"]} == {"a ticket"}
    assert {each["expires"] for each in data["known_deviations"]} == {LATER.isoformat()}


def test_an_expired_entry_accepts_nothing_and_is_reported() -> None:
    """After its last day a deviation fails the run again, and the entry is named."""
    write(known("*", BEFORE))
    with journaled(Breaking) as (url, _):
        result = run("--target", url, *PROBES, "--format", "json")
    data = report_of(result)

    assert (result.exit_code, data["known_deviations"]) == (1, [])
    assert data["findings"]
    assert f"expired on {BEFORE}" in data["known_deviations_to_mend"][0]


def test_an_entry_holds_for_its_last_day() -> None:
    """The day it expires on is the last on which it accepts a finding."""
    write(known("leaks", LATER))
    entries = read_deviations(Path("known-deviations.yaml"))
    found = finding_of(leaks, Breach(operation="listModels", expected="none", received="one"))

    last = sort([found], entries, LATER, complete=True)
    after = sort([found], entries, LATER + timedelta(days=1), complete=True)

    assert (len(last.open), len(last.accepted), last.complaints) == (0, 1, ())
    assert (len(after.open), len(after.accepted), len(after.complaints)) == (1, 0, 1)


@pytest.mark.long
def test_an_entry_that_no_longer_occurs_is_reported() -> None:
    """A whole run names the entry that fits nothing; only with --strict it fails the run."""
    write(known("leaks", LATER))
    result = run("--quick", "--dialect", "new-api", "--format", "json", "--strict")
    verdicts = [
        verdict_of((), Rules(strict=strict), not_checked=(), complaints=("c",), unavailable="")
        for strict in (False, True)
    ]

    assert result.exit_code == 1
    assert verdicts == [Verdict.CLEAN, Verdict.BROKEN]
    assert "no longer occurs: remove it" in report_of(result)["known_deviations_to_mend"][0]


def test_a_run_of_some_checks_says_nothing_of_entries_for_others() -> None:
    """A finding that was not checked may still occur."""
    write(known("leaks", LATER))
    result = run(*PROBES, "--format", "json")

    assert report_of(result)["known_deviations_to_mend"] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- nonsense\n", "give a list under 'deviations'"),
        ("deviations: {}\n", "give a list under 'deviations'"),
        ("deviations: [1]\n", "entry 1: is no mapping"),
        ("deviations:\n- {check: leaks}\n", "entry 1: lacks reason, expires"),
        (known("leaks", LATER).replace("reason", "because"), "lacks reason"),
        (known("leaks", LATER).replace("}", ", owner: me}"), "does not take owner"),
        (known("leaks", LATER).replace(str(LATER), "soon"), "give a date as 2026-12-31"),
        ("deviations: [\n", "cannot be read"),
    ],
)
def test_a_file_that_is_not_right_is_refused(text: str, said: str) -> None:
    """The message names the file, the entry and what is wrong with it; nothing is sent."""
    write(text)
    result = run(*PROBES)

    assert result.exit_code == 2
    assert "known-deviations.yaml" in result.output
    assert said in " ".join(result.output.split())
