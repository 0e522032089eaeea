"""Finds and runs the code blocks of a Markdown document; it knows no particular document.

A block marked `python`, `sh` or `console` runs, each in a process of its own, unless the comment
`<!-- not run: REASON -->` stands right above it. A `console` block shows what is typed after `$ `
and what is printed; `...` stands for anything, and a command shown without output may print. Below
`<!-- exits with STATUS -->` each of its commands fails so, and shows what it prints as an error.
A block below `<!-- file: PATH -->` is written to that file, and a `diff` block is applied.
"""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

RUNNABLE = ("python", "sh", "console", "diff")
SHOWN = ("text", "json", "yaml", "http", "javascript", "markdown", "{toctree}")
NOT_RUN = re.compile(r"<!-- not run: (?P<reason>.*\S) -->")
_EXITS = re.compile(r"<!-- exits with (?P<status>[1-9]\d*) -->")
_FILE = re.compile(r"<!-- file: (?P<path>\S+) -->")


@dataclass(frozen=True, slots=True)
class Snippet:
    """One fenced block: where it opens, its language, and why it is not run, if it is not.

    ``status`` is what its commands exit with, ``file`` where it is written instead of run.
    """

    line: int
    language: str
    code: str
    not_run: str | None = None
    status: int = 0
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """One command of a console block and what the document says it prints."""

    command: str
    printed: str


class SnippetError(AssertionError):
    """A snippet does not do what the document says; the message names its line."""


def snippets(text: str) -> Iterator[Snippet]:
    """Every fenced block of a Markdown text, in order."""
    above = ""
    for token in MarkdownIt().parse(text):
        if token.type == "fence":
            yield _snippet(token, above)
        above = token.content.strip() if token.type == "html_block" else ""


def _snippet(token: Token, above: str) -> Snippet:
    """A block with what the comment right above it says."""
    line = token.map[0] + 1 if token.map else 0
    reason, status, file = (each.fullmatch(above) for each in (NOT_RUN, _EXITS, _FILE))
    return Snippet(
        line,
        token.info.strip(),
        token.content,
        reason["reason"] if reason else None,
        int(status["status"]) if status else 0,
        file["path"] if file else None,
    )


def run(snippet: Snippet, folder: Path, env: Mapping[str, str]) -> None:
    """Run a snippet as its reader would.

    Raises:
        SnippetError: it failed, or a command printed something else than the document shows.
    """
    if snippet.file:
        path = folder / snippet.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(snippet.code, encoding="utf-8")
    elif snippet.language == "diff":
        _checked(snippet, ["git", "apply", "--recount", "-"], folder, env)
    elif snippet.language == "python":
        _checked(snippet, [sys.executable, "-c", snippet.code], folder, env)
    elif snippet.language == "sh":
        _checked(snippet, _bash(snippet.code), folder, env)
    else:
        typed = list(typed_in(snippet))
        end = f"|| test $? -eq {snippet.status}" if snippet.status else ""
        errors = "2>&1" if snippet.status else ""
        script = "".join(
            f"{{ {each.command.rstrip()}\n}} {errors} {end}\nprintf '\\0'\n" for each in typed
        )
        printed = _checked(snippet, _bash(script), folder, env).split("\0")
        _compare(snippet, typed, printed)


def _bash(script: str) -> list[str]:
    return ["bash", "-euo", "pipefail", "-c", script]


def _checked(snippet: Snippet, command: list[str], folder: Path, env: Mapping[str, str]) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env=env,
        input=snippet.code if snippet.language == "diff" else "",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SnippetError(f"line {snippet.line}: {done.stdout}{done.stderr}")
    return done.stdout


def typed_in(snippet: Snippet) -> Iterator[Typed]:
    """Splits a console block at each `$ `; a line that ends with a backslash goes on below."""
    for chunk in re.split(r"^\$ ", snippet.code, flags=re.MULTILINE)[1:]:
        command = re.match(r"(?:.*\\\n)*.*\n", chunk)
        end = command.end() if command else len(chunk)
        yield Typed(chunk[:end], chunk[end:])


def _compare(snippet: Snippet, typed: list[Typed], printed: list[str]) -> None:
    checker, lenient = OutputChecker(), ELLIPSIS | NORMALIZE_WHITESPACE
    for each, got in zip(typed, printed, strict=False):
        if each.printed.strip() and not checker.check_output(each.printed, got, lenient):
            shown = f"but the document shows\n{each.printed}"
            raise SnippetError(f"line {snippet.line}: {each.command}prints\n{got}\n{shown}")
