"""Holds the command `conflicts`: both forms of the report, and how it refuses."""

import json
from pathlib import Path

import pytest
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
    """Each page has a table under its name; what stands between pages and habits come last."""
    lines = _run().output.splitlines()
    pages = sorted(path.stem for path in DOCUMENTED.glob("*.yaml"))

    titles = [
        line.strip()
        for line in lines
        if line.strip() in (*pages, "between pages", "habits of the exporter")
    ]

    assert titles == [*pages, "between pages", "habits of the exporter"]


def test_the_table_cites_page_and_line(tmp_path: Path) -> None:
    """A reader finds rule, place, claim and settlement in one row."""
    page = clean()
    fields(page)["style"]["example"] = "noir"
    documented(tmp_path / "pages", page)

    rule = ("--rule", "request-example-outside-list")
    output = _run("--documented", str(tmp_path / "pages"), *rule).output

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


def _rules(*arguments: str) -> list[str]:
    return [row["rule"] for row in json.loads(_run(*arguments, "--format", "json").output)]


def test_rows_can_be_chosen_by_page_rule_and_severity() -> None:
    """Each option keeps what it names; together they keep what all of them name."""
    every = json.loads(_run("--format", "json").output)

    assert set(_rules("--rule", "empty-title")) == {"empty-title"}
    assert len(_rules("--page", "veo-image")) < len(every)
    serious = _rules("--severity", "contradiction")
    assert len(serious) == sum(row["severity"] == "contradiction" for row in every)
    assert _rules("--severity", "contradiction", "--rule", "empty-title") == []


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("--fail-on", "contradiction"), 3),
        (("--fail-on", "contradiction", "--rule", "empty-title"), 0),
        (("--fail-on", "note", "--rule", "empty-title"), 3),
        ((), 0),
    ],
)
def test_a_pipeline_can_end_at_a_conflict(arguments: tuple[str, ...], status: int) -> None:
    """`--fail-on` looks at the rows that are shown, and at no less serious ones."""
    assert _run(*arguments).exit_code == status


def test_a_habit_of_the_exporter_is_one_row() -> None:
    """What every page of an export has is said once, with all its places."""
    output = _run("--rule", "no-operation-id").output

    assert output.count("no-operation-id, note") == 1
    assert all(f"{path.stem}:" in output for path in DOCUMENTED.glob("*.yaml"))


def test_what_the_overlay_infers_otherwise_is_a_row(tmp_path: Path) -> None:
    """A page that documents an operation of the overlay stands, and the report has both values."""
    page = clean()
    page["paths"] = {
        "/v1/videos/{id}": {
            "get": {
                "summary": "Mine",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "responses": {"200": {"description": "Fine"}},
            }
        }
    }
    documented(tmp_path / "pages", page)

    rows = json.loads(_run("--documented", str(tmp_path / "pages"), "--format", "json").output)
    found = [row for row in rows if row["rule"] == "overlay-differs"]

    assert [row["field"] for row in found] == ["/summary", "/responses/200/description"]
    assert [claim["page"] for claim in found[0]["claims"]] == ["a", "completions.yaml"]
