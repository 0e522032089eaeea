"""Holds that a document's code blocks are found, run and compared as its reader would."""

import os
from pathlib import Path

import pytest

from tests.project.snippets import Snippet, SnippetError, run, snippets


def _run(language: str, code: str, folder: Path) -> None:
    run(Snippet(7, language, code, None), folder, os.environ)


def test_blocks_are_found_with_their_lines() -> None:
    """A block is known by its language, its code and the line where it opens."""
    found = list(snippets("# Title\n\n```python\nprint(1)\n```\n"))

    assert found == [Snippet(3, "python", "print(1)\n", None)]


def test_a_reason_holds_for_the_next_block_only() -> None:
    """The comment that says why a block is not run counts only right above it."""
    text = "<!-- not run: serves until stopped -->\n```sh\na\n```\n\n```sh\nb\n```\n"

    assert [each.not_run for each in snippets(text)] == ["serves until stopped", None]


def test_a_reason_must_be_given() -> None:
    """A comment without a reason excuses nothing."""
    assert [each.not_run for each in snippets("<!-- not run: -->\n```sh\na\n```\n")] == [None]


@pytest.mark.parametrize(
    ("language", "code"),
    [("python", "open('made', 'w').close()"), ("sh", "touch made"), ("console", "$ touch made\n")],
)
def test_every_language_runs_in_the_folder_given(language: str, code: str, tmp_path: Path) -> None:
    """What a snippet writes lands in the reader's folder."""
    _run(language, code, tmp_path)

    assert (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", "raise SystemExit(3)"),
        ("sh", "false\ntrue"),
        ("console", "$ false\n$ true\n"),
        ("console", "$ echo one\ntwo\n"),
    ],
)
def test_a_snippet_that_does_not_hold_is_named_by_line(
    language: str, code: str, tmp_path: Path
) -> None:
    """A failing command, even in the middle, and other output than shown are errors."""
    with pytest.raises(SnippetError, match="line 7"):
        _run(language, code, tmp_path)


def test_shown_output_may_leave_parts_open(tmp_path: Path) -> None:
    """Three dots stand for anything, a command may go on, and the next one sees what it did."""
    _run("console", "$ id=7 && \\\n  echo made\n$ echo job $id of 9\njob ... of 9\n", tmp_path)
