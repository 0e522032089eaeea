"""Holds that what README.md tells a reader to type does what it says, in a copy of the checkout."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.snippets import RUNNABLE, SHOWN, Snippet, run, snippets
from tests.project.source import ROOT, files

README = ROOT / "README.md"
# The address that README.md uses throughout; the snippets meet a server of their own instead.
ADDRESS = "http://127.0.0.1:8080"
# Fast enough that a snippet that waits for its video waits for a moment only.
GATEWAY = ("gateway-mock", "--port", "0", "--speed", "600")


def _readme() -> list[Snippet]:
    return list(snippets(README.read_text()))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the project, so that a snippet may write where its reader would."""
    for path in files():
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return tmp_path


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The commands of this environment first on the path, and an empty home."""
    here = Path(sys.executable).parent
    return {
        "PATH": f"{here}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
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


def test_every_block_says_what_it_is() -> None:
    """A block is run or known to be shown only; a misspelt language hides nothing."""
    unknown = [
        (each.line, each.language) for each in _readme() if each.language not in RUNNABLE + SHOWN
    ]

    assert unknown == []


@pytest.mark.needs("bash", "curl")
def test_every_snippet_does_what_it_says(
    checkout: Path, environment: dict[str, str], gateway: str
) -> None:
    """All snippets, in order and in one folder, run without an error and print what is shown."""
    todo = [each for each in _readme() if each.language in RUNNABLE and not each.not_run]

    assert todo
    for each in todo:
        here = Snippet(each.line, each.language, each.code.replace(ADDRESS, gateway), None)
        run(here, checkout, environment)
