"""The command measures what it is asked to, and keeps only runs of everything."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main
from benchmarks.requests import LoadError
from benchmarks.results.figures import RESULTS
from benchmarks.rows.startup import around_ms, import_ms

_TWO_ROWS = ("--only", "import-time", "--only", "memory-jobs", "--peers", "mockoon")


@pytest.mark.long
@pytest.mark.needs("wrk")
def test_chosen_rows_are_measured_and_not_kept() -> None:
    """The JSON has the rows that were asked for, with all who are in them, in the table's order."""
    before = RESULTS.read_bytes()
    run = CliRunner().invoke(
        main, [*_TWO_ROWS, "--rounds", "1", "--jobs", "50", "--json"], catch_exceptions=False
    )
    found = json.loads(run.stdout)
    rows = {row["name"]: row for row in found["rows"]}

    assert list(rows) == ["memory-idle", "memory-jobs", "import-time"]
    assert rows["memory-jobs"]["title"] == "memory for 50 jobs, beyond idle"
    assert rows["memory-idle"]["values"]["fake"][0] > 1
    assert "mockoon" in rows["memory-jobs"]["left_out"]
    assert set(rows["import-time"]["values"]) == {"fake", "connexion"}
    assert [each["name"] for each in found["entrants"]] == ["fake", "mockoon"]
    assert RESULTS.read_bytes() == before


@pytest.mark.needs("wrk")
def test_a_chosen_run_is_written_where_it_is_asked(tmp_path: Path) -> None:
    """The JSON and the picture beside it are made together."""
    out = tmp_path / "import.json"
    options = ["--only", "import-time", "--rounds", "1", "--out", str(out)]
    CliRunner().invoke(main, options, catch_exceptions=False)

    assert json.loads(out.read_text())["rows"][0]["name"] == "import-time"
    assert out.with_suffix(".svg").read_text().startswith("<svg")


def test_a_run_without_wrk_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program is named with its Debian package before anything is measured."""
    monkeypatch.setenv("PATH", "")
    run = CliRunner().invoke(main, [])

    assert run.exit_code == 1
    assert "wrk sends the load and is not installed (Debian: wrk)" in run.output


def test_what_cannot_be_imported_has_no_figure() -> None:
    """A module that is not there is an error with Python's words."""
    with pytest.raises(LoadError, match="No module named 'no_such_module'"):
        import_ms("no_such_module")


@pytest.mark.long
def test_the_time_around_tests_is_measured_with_and_without_the_fixture() -> None:
    """Both runs of pytest pass, and both have a time."""
    assert around_ms("with", tests=3) > 0
    assert around_ms("without", tests=3) > 0
