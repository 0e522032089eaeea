"""Finds and runs the code blocks of a Markdown document; it knows no particular document.

A block marked `python`, `sh` or `console` runs, each in a process of its own, unless the comment
`<!-- not run: REASON -->` stands right above it. A `console` block shows what is typed after `$ `
and what is printed; `...` stands for anything, and a command shown without output may print.
"""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from pathlib import Path

from markdown_it import MarkdownIt

RUNNABLE = ("python", "sh", "console")
SHOWN = ("text", "json", "yaml", "http", "javascript")
NOT_RUN = re.compile(r"<!-- not run: (?P<reason>.*\S) -->")


@dataclass(frozen=True, slots=True)
class Snippet:
    """One fenced block: where it opens, its language, and why it is not run, if it is not."""

    line: int
    language: str
    code: str
    not_run: str | None


@dataclass(frozen=True, slots=True)
class Typed:
    """One command of a console block and what the document says it prints."""

    command: str
    printed: str


class SnippetError(AssertionError):
    """A snippet does not do what the document says; the message names its line."""


def snippets(text: str) -> Iterator[Snippet]:
    """Every fenced block of a Markdown text, in order."""
    above = None
    for token in MarkdownIt().parse(text):
        if token.type == "fence":
            line = token.map[0] + 1 if token.map else 0
            yield Snippet(line, token.info.strip(), token.content, above)
        comment = NOT_RUN.fullmatch(token.content.strip()) if token.type == "html_block" else None
        above = comment["reason"] if comment else None


def run(snippet: Snippet, folder: Path, env: Mapping[str, str]) -> None:
    """Run a snippet as its reader would.

    Raises:
        SnippetError: it failed, or a command printed something else than the document shows.
    """
    if snippet.language == "python":
        _checked(snippet, [sys.executable, "-c", snippet.code], folder, env)
    elif snippet.language == "sh":
        _checked(snippet, _bash(snippet.code), folder, env)
    else:
        typed = list(_typed(snippet.code))
        script = "".join(f"{each.command}\nprintf '\\0'\n" for each in typed)
        printed = _checked(snippet, _bash(script), folder, env).split("\0")
        _compare(snippet, typed, printed)


def _bash(script: str) -> list[str]:
    return ["bash", "-euo", "pipefail", "-c", script]


def _checked(snippet: Snippet, command: list[str], folder: Path, env: Mapping[str, str]) -> str:
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SnippetError(f"line {snippet.line}: {done.stdout}{done.stderr}")
    return done.stdout


def _typed(block: str) -> Iterator[Typed]:
    """Splits at each `$ `; a line that ends with a backslash goes on with the next one."""
    for chunk in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command = re.match(r"(?:.*\\\n)*.*\n", chunk)
        end = command.end() if command else len(chunk)
        yield Typed(chunk[:end], chunk[end:])


def _compare(snippet: Snippet, typed: list[Typed], printed: list[str]) -> None:
    checker, lenient = OutputChecker(), ELLIPSIS | NORMALIZE_WHITESPACE
    for each, got in zip(typed, printed, strict=False):
        if each.printed.strip() and not checker.check_output(each.printed, got, lenient):
            shown = f"but the document shows\n{each.printed}"
            raise SnippetError(f"line {snippet.line}: {each.command}prints\n{got}\n{shown}")
