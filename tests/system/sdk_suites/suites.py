"""Brings the test suites of OpenAI's clients at pinned versions; nothing of them is kept in git."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, NoReturn

import pytest

from tests import conftest

SUITES: Mapping[str, Any] = json.loads(Path(__file__).with_name("suites.json").read_text())
TOOLS = Path(__file__).parents[3] / ".tools" / "sdk-suites"
PATIENCE_S = 600
_NODE_REPOSITORY = "https://github.com/openai/openai-node"
_PIP = ("-m", "pip", "--disable-pip-version-check", "--quiet")
_NPM = (
    *("npm", "install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund"),
    *("--no-update-notifier", "--loglevel", "error"),
    *("--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=1000"),
)


class MissingError(Exception):
    """Something that a suite needs cannot be had here."""


def refuse(reason: str) -> NoReturn:
    """Skip on a user's machine; in CI, where the network is there, fail."""
    if conftest.IN_CI:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def run(command: Sequence[str | Path], folder: Path) -> str:
    """What a command prints.

    Raises:
        MissingError: it fails; the error has its last lines.
    """
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "GIT_TERMINAL_PROMPT": "0"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    if done.returncode:
        last = "\n".join(f"{done.stdout}\n{done.stderr}".strip().splitlines()[-5:])
        raise MissingError(f"{' '.join(map(str, command[:3]))}: {last}")
    return done.stdout


def brought(name: str, bring: Callable[[Path, Mapping[str, Any]], None]) -> Path:
    """The folder of a suite; brought once a version, and moved into place when it is whole.

    Raises:
        MissingError: it cannot be brought.
    """
    suite = SUITES[name]
    folder = TOOLS / f"{name}-{suite['version']}"
    if folder.exists():
        return folder
    TOOLS.mkdir(parents=True, exist_ok=True)
    workshop = Path(mkdtemp(dir=TOOLS))
    try:
        bring(workshop, suite)
        workshop.rename(folder)
    except OSError:
        # Another run was faster.
        if not folder.exists():
            raise
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return folder


def bring_python(workshop: Path, suite: Mapping[str, Any]) -> None:
    """The source distribution, and beside it what its tests need."""
    wanted = f"openai=={suite['version']}"
    download = ("download", "--no-deps", "--no-binary", "openai", wanted)
    run([sys.executable, *_PIP, *download], workshop)
    (archive,) = workshop.glob("openai-*.tar.gz")
    with tarfile.open(archive) as sources:
        sources.extractall(workshop, filter="data")
    archive.unlink()
    (unpacked,) = workshop.glob("openai-*")
    # Its own copy of the package would hide the installed one.
    (unpacked / "tests").rename(workshop / "tests")
    (unpacked / "pyproject.toml").rename(workshop / "pyproject.toml")
    shutil.rmtree(unpacked)
    target = ("install", "--target", "packages", f"openai[aiohttp]=={suite['version']}")
    run([sys.executable, *_PIP, *target, *suite["runs_with"]], workshop)


def bring_node(workshop: Path, suite: Mapping[str, Any]) -> None:
    """The repository at its tag, and what its tests need."""
    source = os.environ.get("OPENAI_NODE_REPOSITORY", _NODE_REPOSITORY)
    tag = f"v{suite['version']}"
    clone = ("clone", "--quiet", "--depth", "1", "--branch", tag, source, "checkout")
    run(["git", "-c", "advice.detachedHead=false", *clone], workshop)
    (workshop / "package.json").write_text(json.dumps({"dependencies": suite["runs_with"]}))
    run(_NPM, workshop)
    # Found beside the tests; nothing of the checkout itself is changed.
    (workshop / "node_modules").rename(workshop / "checkout" / "node_modules")
