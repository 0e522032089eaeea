"""Holds the command `conflicts`: both forms of the report, and how it refuses."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from openapi import DOCUMENTED
from openapi.cli.reports import conflicts_command
from openapi.conflicts import find
from openapi.pages.documented import load_pages
from tests.openapi.page_texts import clean, documented, fields, write


def _run(*arguments: str) -> Result:
    # A narrow table would fold the words that these tests look for.
    return CliRunner().invoke(conflicts_command, arguments, env={"COLUMNS": "400"})


def test_json_is_the_whole_report() -> None:
    """A program reads every conflict with its claims, pages and lines."""
    rows = json.loads(_run("--format", "json").output)
    report = find(load_pages(DOCUMENTED))

    assert [(row["rule"], row["field"]) for row in rows] == [
        (conflict.rule, conflict.field) for conflict in report
    ]
    assert set(rows[0]["claims"][0]) == {"says", "page", "line", "pointer"}


def test_the_table_is_grouped_by_page() -> None:
    """Each page has a table under its name, what stands between pages comes last."""
    lines = _run().output.splitlines()
    pages = sorted(path.stem for path in DOCUMENTED.glob("*.yaml"))

    titles = [line.strip() for line in lines if line.strip() in (*pages, "between pages")]

    assert titles == [*pages, "between pages"]


def test_the_table_cites_page_and_line(tmp_path: Path) -> None:
    """A reader finds rule, place, claim and settlement in one row."""
    page = clean()
    fields(page)["style"]["example"] = "noir"
    documented(tmp_path / "pages", page)

    output = _run("--documented", str(tmp_path / "pages")).output

    assert "request-example-outside-list" in output
    assert "the request example shows 'noir'" in output
    assert "1 conflicts, 1 by rule, 0 noted by people" in output


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    """A folder without documented pages is reported, not reported as free of conflicts."""
    result = _run("--documented", str(tmp_path))

    assert result.exit_code == 1
    assert str(tmp_path) in result.output


def test_a_broken_note_is_refused(tmp_path: Path) -> None:
    """A note that cannot be read ends the command with its file and line."""
    annotations = write(tmp_path, "- {}\n", "remarks.yaml")

    result = _run("--remarks", str(annotations))

    assert result.exit_code == 1
    assert "remarks.yaml:1" in result.output
