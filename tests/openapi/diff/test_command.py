"""Holds the command `diff`: its sides, forms, exit statuses and refusals."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from openapi import CONTRACT, DOCUMENTED
from openapi.cli.reports import diff_command
from tests.openapi.page_texts import clean, documented, fields


def diff(*arguments: object) -> Result:
    """Run the command."""
    return CliRunner().invoke(diff_command, [*map(str, arguments)], env={"COLUMNS": "200"})


@pytest.fixture
def pages(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders of one page; the second lists one style less."""
    old, new = clean(), clean()
    fields(new)["style"]["enum"].pop()
    for name, page in (("old", old), ("new", new)):
        documented(tmp_path / name, page)
    return tmp_path / "old", tmp_path / "new"


def test_folders_are_compared(pages: tuple[Path, Path]) -> None:
    """Two folders of documented pages are merged and compared, for people by default."""
    result = diff(*pages)

    assert result.exit_code == 0
    assert "Breaks clients: 1" in result.output
    assert "narrowed, request" in result.output


def test_json_has_every_change_and_a_summary(pages: tuple[Path, Path]) -> None:
    """A program reads operation, direction, kind, place, values, sources and who breaks."""
    shown = json.loads(diff(*pages, "--format", "json").output)

    assert shown["summary"]["breaking"] == {"client": 1, "gateway": 0}
    assert set(shown["differences"][0]) == {
        *("operation", "direction", "kind", "at", "old", "new"),
        *("breaks", "old_source", "new_source"),
    }


def test_markdown_shows_texts_of_pages_as_text(tmp_path: Path) -> None:
    """A name with the signs of Markdown or HTML stays a cell of the table."""
    old, new = clean(), clean()
    fields(new)["a|b<i>"] = {"type": "string"}
    for name, page in (("old", old), ("new", new)):
        documented(tmp_path / name, page)

    output = diff(tmp_path / "old", tmp_path / "new", "--format", "markdown").output

    assert r"field a\|b\<i\>" in output


@pytest.mark.parametrize(
    ("limit", "reverse", "status"),
    [("breaking", False, 3), ("any", False, 3), ("breaking", True, 3), (None, False, 0)],
)
def test_a_pipeline_can_end_at_a_change(
    pages: tuple[Path, Path], limit: str | None, reverse: bool, status: int
) -> None:
    """`--fail-on` ends with 3 where there is such a change."""
    sides = pages[::-1] if reverse else pages

    assert diff(*sides, *(("--fail-on", limit) if limit else ())).exit_code == status


def test_a_rewording_breaks_nothing(tmp_path: Path) -> None:
    """Another text for the same facts is a change, and not a breaking one."""
    old, new = clean(), clean()
    fields(new)["style"]["description"] = "Other words for it"
    for name, page in (("old", old), ("new", new)):
        documented(tmp_path / name, page)
    sides = tmp_path / "old", tmp_path / "new"

    assert diff(*sides, "--fail-on", "breaking").exit_code == 0
    assert diff(*sides, "--fail-on", "any").exit_code == 3


def test_equal_sides_have_no_change() -> None:
    """The contract compared with itself: no row, and no failure."""
    result = diff(CONTRACT, CONTRACT, "--fail-on", "any")

    assert (result.exit_code, result.output) == (0, "No changes.\n")


@pytest.mark.needs("git")
def test_a_git_revision_is_a_side(tmp_path: Path, pages: tuple[Path, Path]) -> None:
    """`HEAD:PATH` is the path as it was committed; `HEAD` alone is the other side's path."""
    repository = tmp_path / "repository"
    shutil.copytree(pages[0], repository / "pages")
    git = ["git", "-C", str(repository), "-c", "user.name=n", "-c", "user.email=n@n.example"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "pages"]):
        subprocess.run([*git, *command], check=True, capture_output=True)
    shutil.rmtree(repository / "pages")
    shutil.copytree(pages[1], repository / "pages")

    named = diff(f"HEAD:{repository / 'pages'}", repository / "pages", "--format", "json")
    alone = diff("HEAD", repository / "pages", "--format", "json")

    assert json.loads(named.output)["summary"]["changes"] == 1
    assert alone.output == named.output


@pytest.mark.parametrize(
    ("old", "why"),
    [
        ("nowhere.yaml", "there is no such file"),
        ("--output=x:openapi", "no such file, folder or git revision"),
        (str(DOCUMENTED.parent / "__init__.py"), "not readable as YAML"),
    ],
)
def test_what_is_no_side_is_refused(old: str, why: str) -> None:
    """The error names the side and says what can be compared; nothing is taken for an option."""
    result = diff("--", old, CONTRACT)

    assert result.exit_code == 1
    assert why in result.output
    assert "Traceback" not in result.output


def test_an_empty_folder_and_another_document_are_refused(tmp_path: Path) -> None:
    """Neither is taken for a contract without operations."""
    empty, other = tmp_path / "empty", tmp_path / "other.yaml"
    empty.mkdir()
    other.write_text("name: something\n")

    assert "no documented page" in diff(empty, CONTRACT).output
    assert "'paths' is missing" in diff(other, CONTRACT).output


def test_a_revision_without_git_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what is missing, in words."""
    monkeypatch.setenv("PATH", str(tmp_path))
    result = CliRunner().invoke(diff_command, ["main", str(CONTRACT)])

    assert result.exit_code == 1
    assert "git is not installed" in result.output
