"""Holds the command `import`: its report in both forms, and how it refuses."""

import json
from dataclasses import replace
from pathlib import Path

from click.testing import CliRunner, Result

from openapi.cli.import_pages import build_command, import_command
from openapi.documents.changes import Change
from openapi.importing.importer import ImportReport, import_pages
from tests.openapi.page_texts import RAW_YAML, markdown, write

# A narrow table would fold the paths that these tests look for.
WIDE = {"COLUMNS": "400"}


def _run(folder: Path, *arguments: str | Path) -> Result:
    given = [str(argument) for argument in arguments]
    given += ["--documented", str(folder / "documented")]
    return CliRunner().invoke(import_command, given, env=WIDE)


def test_the_table_lists_file_repairs_and_verbatim_prose(tmp_path: Path) -> None:
    """A reader sees which line was repaired, what has no wording, and that the page is new."""
    page = write(tmp_path, markdown(RAW_YAML))

    result = _run(tmp_path, page)

    assert result.exit_code == 0
    assert "new page" in result.output
    assert "page.md:20" in result.output
    assert "Kept verbatim, no wording" in result.output
    assert "Make a clip from an image" in result.output


def test_a_repeated_import_says_unchanged(tmp_path: Path) -> None:
    """The second time there is nothing to report about facts."""
    page = write(tmp_path, markdown(RAW_YAML))
    _run(tmp_path, page)

    assert "unchanged" in _run(tmp_path, page).output


def test_json_holds_old_and_new_values(tmp_path: Path) -> None:
    """A program reads the changed facts with pointer, old and new value."""
    _run(tmp_path, write(tmp_path, markdown(RAW_YAML)))
    page = write(tmp_path, markdown(RAW_YAML.replace("16x9", "9x16")))

    report = json.loads(_run(tmp_path, page, "--format", "json").output)

    (change,) = report["pages"][0]["changes"]
    assert change["pointer"].endswith("/properties/size/example")
    assert (change["old"], change["new"]) == ("16x9", "9x16")


def test_a_changed_fact_is_shown_in_the_table(tmp_path: Path) -> None:
    """The table has a row with the old and the new value, brackets included."""
    _run(tmp_path, write(tmp_path, markdown(RAW_YAML)))
    page = write(tmp_path, markdown(RAW_YAML.replace("16x9", "'[b]9x16'")))

    output = _run(tmp_path, page).output

    assert "1 changed" in output
    assert '"[b]9x16"' in output


def test_a_page_that_is_refused_ends_with_its_place(tmp_path: Path) -> None:
    """The message names file, line and remedy, and the command fails."""
    result = _run(tmp_path, write(tmp_path, "# Nothing\n"))

    assert result.exit_code == 1
    assert "page.md:1: not a documentation page: no fenced block" in result.output


def test_a_name_is_for_one_page(tmp_path: Path) -> None:
    """One name for two pages is a wrong use of the command."""
    page = write(tmp_path, markdown(RAW_YAML))

    assert _run(tmp_path, page, page, "--name", "x").exit_code == 2
    assert _run(tmp_path, page, "--name", "x").exit_code == 0
    assert (tmp_path / "documented" / "x.yaml").exists()


def test_a_wrapped_import_shows_the_change_of_the_contract(tmp_path: Path) -> None:
    """What a caller adds to the report about the contract is shown with it."""

    def work(paths: list[Path], documented: Path, name: str | None) -> ImportReport:
        report = import_pages(paths, documented, name)
        return replace(report, contract=(Change("/info/title", "old", "new"),))

    page = write(tmp_path, markdown(RAW_YAML))
    arguments = [str(page), "--documented", str(tmp_path / "documented")]

    output = CliRunner().invoke(build_command(work), arguments, env=WIDE).output

    assert "Changed in the contract" in output
    assert "/info/title" in output
