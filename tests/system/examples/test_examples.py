"""Runs the examples as their readers do: from an installed wheel, away from the checkout."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.source import ROOT

PINS = ROOT / "constraints.txt"
# A plugin that says where a suite's fake comes from.
WITNESS = """
import mock_server

def pytest_report_header():
    return f"fake from {mock_server.__file__}"
"""


class Reader:
    """Somebody with a folder and an environment of their own."""

    def __init__(self, folder: Path, commands: Path) -> None:
        """``commands`` is where their Python is."""
        self._folder = folder
        # Nothing that this run of the tests received reaches them.
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PY")
        } | {"PATH": f"{commands}{os.pathsep}{os.environ['PATH']}"}

    def run(self, *command: str | Path, within: str = ".") -> str:
        """What a command prints; it must succeed."""
        done = subprocess.run(
            command,
            cwd=self._folder / within,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The examples and nothing else of the checkout."""
    unwanted = shutil.ignore_patterns(".venv", "__pycache__", ".pytest_cache")
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=unwanted)
    return tmp_path


@pytest.fixture
def newcomer(folder: Path) -> Reader:
    """A reader who has just installed the wheel with its extra, and the example's other needs."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    made = Reader(folder, folder / "venv" / "bin")
    made.run(sys.executable, "-m", "venv", "--without-pip", "venv")
    made.run(
        *(sys.executable, "-m", "pip", "--python", "venv/bin/python", "install", "--quiet"),
        # What is run but once compiles itself faster than all of it is compiled.
        "--no-compile",
        *("--constraint", PINS, "--build-constraint", PINS),
        *(f"{wheel}[pytest]", "./examples/studio[test]"),
    )
    return made


@pytest.fixture
def user(folder: Path) -> Reader:
    """A reader who uses the environment of this project."""
    return Reader(folder, Path(sys.executable).parent)


@pytest.mark.long
def test_the_studios_suite_passes_with_an_installed_wheel(newcomer: Reader, folder: Path) -> None:
    """Each test passes in a fresh environment, with the fake that is installed there."""
    (folder / "witness.py").write_text(WITNESS)

    shown = newcomer.run(
        *("python", "-m", "pytest", "-n", "2", "-p", "witness", "-o", "pythonpath=../.."),
        within="examples/studio",
    )

    (origin,) = re.findall(r"^fake from (.*)$", shown, re.MULTILINE)
    assert Path(origin).is_relative_to(folder / "venv")
    assert "site-packages" in Path(origin).parts
    assert re.search(r"^=+ \d{2,} passed in [^,]*=+$", shown, re.MULTILINE), shown


@pytest.mark.long
def test_the_suite_of_unittest_passes(user: Reader) -> None:
    """The standard library's runner finds it and passes it."""
    user.run("python", "-W", "ignore", "-m", "unittest", within="examples/without_pytest")


@pytest.mark.needs("bash", "curl")
def test_the_shell_example_does_what_it_says(user: Reader) -> None:
    """The job that it orders is seen queued first and failed last."""
    shown = user.run("bash", "failing_film.sh", within="examples/without_pytest")

    statuses = [line.split()[-1] for line in shown.splitlines()]
    assert (statuses[0], statuses[-1]) == ("queued", "failed")
