"""Holds that commands and snippets of the pages do what the pages say, in a copy of the project."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests.project.commands import COMMANDS, mistakes
from tests.project.pages import PAGES, inline_code, title
from tests.project.snippets import RUNNABLE, SHOWN, Snippet, run, snippets, typed_in
from tests.project.source import PACKAGES, ROOT, files

# The address that the pages use throughout; the snippets meet a server of their own instead.
ADDRESS = "http://127.0.0.1:8080"
# Fast enough that a snippet that waits for its video waits for a moment only.
GATEWAY = ("gateway-mock", "--port", "0", "--speed", "600")


def _runs(snippet: Snippet) -> bool:
    return bool(snippet.file) or (snippet.language in RUNNABLE and not snippet.not_run)


SNIPPETS = [(page, each) for page in PAGES for each in snippets(page.read_text(encoding="utf-8"))]
RUN = {
    page: [each for of, each in SNIPPETS if of == page and _runs(each)]
    for page in PAGES
    if any(of == page and _runs(each) for of, each in SNIPPETS)
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the project, so that a snippet may write where its reader would."""
    for path in (*files(), *_compiled()):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        # With its time, by which Python knows whether a compiled module is of this file.
        shutil.copy2(path, copy)
    return tmp_path


def _compiled() -> Iterator[Path]:
    """The compiled modules of the product: compiling them anew takes seconds for each page."""
    for package in PACKAGES:
        yield from (ROOT / package).rglob(f"__pycache__/*.{sys.implementation.cache_tag}.pyc")


@pytest.fixture
def environment(checkout: Path) -> dict[str, str]:
    """The commands of this environment first on the path, the copy's code, and an empty home."""
    here = Path(sys.executable).parent
    return {
        "PATH": f"{here}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(checkout),
        "HOME": str(checkout),
        "HYPOTHESIS_STORAGE_DIRECTORY": os.environ["HYPOTHESIS_STORAGE_DIRECTORY"],
        "LANG": "C.UTF-8",
    }


@pytest.fixture
def gateway(environment: dict[str, str]) -> Iterator[str]:
    """The address of a `gateway-mock` that runs as long as the test."""
    with subprocess.Popen(GATEWAY, stdout=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stdout is not None
        ready = server.stdout.readline()
        address = re.search(r"http://[\w.:\[\]]+", ready)
        try:
            assert address, f"gateway-mock printed {ready!r} instead of its address"
            yield address[0]
        finally:
            server.terminate()


@pytest.mark.long
@pytest.mark.needs("bash", "curl", "git")
@pytest.mark.parametrize("page", RUN, ids=title)
def test_every_snippet_does_what_it_says(
    page: Path, checkout: Path, environment: dict[str, str], request: pytest.FixtureRequest
) -> None:
    """All snippets of a page, in order and in one folder, run and print what is shown."""
    for each in RUN[page]:
        code = each.code
        if ADDRESS in code:
            code = code.replace(ADDRESS, request.getfixturevalue("gateway"))
        run(replace(each, code=code), checkout, environment)


def test_every_block_says_what_it_is() -> None:
    """A block is run or known to be shown only; a misspelt language hides nothing."""
    unknown = [
        (title(page), each.line, each.language)
        for page, each in SNIPPETS
        if each.language not in RUNNABLE + SHOWN
    ]

    assert unknown == []


def test_what_is_not_run_can_be_read() -> None:
    """A block that is not run is at least Python, JSON or YAML, or options that exist."""
    found = [
        f"{title(page)}:{each.line}: {mistake}"
        for page, each in SNIPPETS
        for mistake in _unreadable(each)
    ]

    assert found == []


def test_commands_within_sentences_exist() -> None:
    """A command between backticks has the subcommands, options and choices that it is given."""
    found = [
        f"{title(page)}: {mistake}"
        for page in PAGES
        for code in inline_code(page.read_text(encoding="utf-8"))
        if code.partition(" ")[0] in (*COMMANDS, "make")
        for mistake in mistakes(_completed(code))
    ]

    assert found == []


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        ("gateway-mock --sped 60", "--sped"),
        ("gateway-mock --requests stirct", "stirct"),
        ("gateway-mock --port many", "many"),
        ("gateway-spec biuld", "biuld"),
        ("gateway-contract run --buget-jobs 2 || true", "--buget-jobs"),
        ("make tests", "tests"),
        ("status=0; KEY=1 gateway-spec build --chek", "--chek"),
    ],
)
def test_a_mistake_in_a_command_is_found(command: str, wrong: str) -> None:
    """A misspelt command, option, choice, number and target are named."""
    assert wrong in "".join(mistakes(command))


def _completed(code: str) -> str:
    """A command as a sentence names it, with a value for the option that it may end with."""
    words = [word for word in code.split() if word != "..."]
    return " ".join([*words, "VALUE"] if words[-1].startswith("-") else words)


def _unreadable(snippet: Snippet) -> Iterator[str]:
    try:
        match snippet.language:
            case "python":
                compile(snippet.code, "snippet", "exec")
            case "json":
                json.loads(snippet.code)
            case "yaml":
                yaml.safe_load(snippet.code)
            case "sh":
                yield from mistakes(snippet.code)
            case "console":
                for typed in typed_in(snippet):
                    yield from mistakes(typed.command)
    except (SyntaxError, ValueError, yaml.YAMLError) as error:
        yield str(error)
