"""Holds the command `import`: its report in both forms, and how it refuses."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from openapi.cli.import_pages import import_command
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


def test_a_file_that_says_the_same_is_left_as_it_is(tmp_path: Path) -> None:
    """A comment that somebody wrote beside a fact outlives an import that changes no fact."""
    page = write(tmp_path, markdown(RAW_YAML))
    _run(tmp_path, page)
    [file] = (tmp_path / "documented").iterdir()
    file.write_text(f"# Read on Monday.\n{file.read_text()}")

    assert "unchanged" in _run(tmp_path, page).output
    assert file.read_text().startswith("# Read on Monday.\n")


def test_a_long_list_is_cut_and_says_where_the_rest_is(tmp_path: Path) -> None:
    """Of a page with hundreds of texts the table shows the first hundred."""
    fields = "".join(
        f"                field_{n}: {{type: string, description: Text {n} of the page}}\n"
        for n in range(150)
    )
    before = "              properties:\n"
    assert before in RAW_YAML
    page = write(tmp_path, markdown(RAW_YAML.replace(before, before + fields, 1)))

    result = _run(tmp_path, page)

    assert result.exit_code == 0, result.output
    assert "Text 0 of the page" in result.output
    assert "Text 149 of the page" not in result.output
    assert "more: --format json has all" in result.output


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


def test_the_change_of_the_contract_is_shown_with_whom_it_breaks(tmp_path: Path) -> None:
    """A re-import ends with the tables of `diff`."""
    page = write(tmp_path, markdown(RAW_YAML))
    _run(tmp_path, page)
    page.write_text(markdown(RAW_YAML.replace("- length", "- length\n                - size")))

    output = _run(tmp_path, page).output

    assert "Breaks clients: 1" in output
    assert "field size, required" in output


def test_a_check_ends_with_3_when_something_changed(tmp_path: Path) -> None:
    """A pipeline sees that a page changed, and nothing is written."""
    page = write(tmp_path, markdown(RAW_YAML))

    assert _run(tmp_path, page, "--check").exit_code == 3
    assert not (tmp_path / "documented").exists()
    _run(tmp_path, page)
    assert _run(tmp_path, page, "--check").exit_code == 0
