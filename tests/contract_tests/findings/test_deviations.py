"""Entries of known deviations: what they accept, until when, and when they are outdated."""

from datetime import date
from pathlib import Path

import pytest

from contract_tests.findings.deviations import DeviationsError, read_deviations, sort
from contract_tests.findings.finding import Finding
from openapi.contract.evidence import Evidence

TODAY = date(2026, 11, 20)
FOUND = Finding(
    check="challenge",
    operation="listVideos",
    evidence=Evidence.INFERRED,
    source="RFC 9110",
    expected="a header",
    received="none",
)


def written(folder: Path, text: str) -> Path:
    """A file of known deviations."""
    path = folder / "known.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def entry(expires: str, operation: str = "list*") -> str:
    """One entry for the check of ``FOUND``."""
    return (
        f"deviations:\n- check: challenge\n  operation: {operation}\n"
        f"  reason: reported to the vendor\n  expires: {expires}\n"
    )


def test_an_entry_accepts_its_finding_until_its_date(tmp_path: Path) -> None:
    """On its last day an entry still accepts the finding that it fits."""
    known = read_deviations(written(tmp_path, entry("2026-11-20")))
    result = sort([FOUND], known, TODAY, complete=True)

    assert (result.open, result.complaints) == ((), ())
    assert result.accepted == ((FOUND, known[0]),)


@pytest.mark.parametrize(
    ("text", "open_", "said"),
    [
        (entry("2026-11-19"), (FOUND,), "expired on 2026-11-19"),
        (entry("2027-01-01", "deleteVideo"), (FOUND,), "no longer occurs"),
    ],
)
def test_an_outdated_entry_is_a_complaint(
    tmp_path: Path, text: str, open_: tuple[Finding, ...], said: str
) -> None:
    """An expired entry accepts nothing, and one that fits nothing is to be removed."""
    result = sort([FOUND], read_deviations(written(tmp_path, text)), TODAY, complete=True)

    assert result.open == open_
    assert said in result.complaints[0]


def test_a_part_of_a_run_makes_no_entry_outdated(tmp_path: Path) -> None:
    """After a partial run an entry that fits nothing is no complaint."""
    known = read_deviations(written(tmp_path, entry("2027-01-01", "deleteVideo")))

    assert sort([], known, TODAY, complete=False).complaints == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "under 'deviations'"),
        ("deviations:\n- check: a\n", "lacks reason, expires"),
        ("deviations:\n- 3\n", "is no mapping"),
        (entry("soon"), "give a date"),
        (entry("2027-01-01") + "  ticket: 7\n", "does not take ticket"),
        ("deviations: [", "cannot be read"),
    ],
)
def test_a_file_that_is_not_right_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """The message says what is wrong, and in which entry."""
    with pytest.raises(DeviationsError, match=said):
        read_deviations(written(tmp_path, text))
