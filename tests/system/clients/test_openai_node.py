"""The official Node.js client goes through the life of video jobs in one script."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from tempfile import mkdtemp
from typing import NoReturn

import pytest

from contract_tests.runner.options import Options
from tests import conftest
from tests.contract_tests.guard.clients import guarded
from tests.system.clients import pictures

FOLDER = Path(__file__).parent / "openai-node"
SCRIPT = FOLDER / "lifecycle.mjs"
VERSION: str = json.loads((FOLDER / "package.json").read_text())["dependencies"]["openai"]
# Beside the other tools that the project fetches: git leaves it out, and it is there next time.
INSTALLED = Path(__file__).parents[3] / ".tools" / "openai-node" / VERSION
NPM = ("npm", "install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund")
QUIET = ("--no-update-notifier", "--loglevel", "error")
# Without a network the answer is to come in seconds.
BRISK = ("--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=1000")
PATIENCE_S = 300


def refuse(reason: str) -> NoReturn:
    """Skip on a user's machine; in CI, where the network is there, fail."""
    if conftest.IN_CI:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def install() -> None:
    """Install the pinned package aside, then move it into place, whole."""
    INSTALLED.parent.mkdir(parents=True, exist_ok=True)
    workshop = Path(mkdtemp(dir=INSTALLED.parent))
    shutil.copy(FOLDER / "package.json", workshop)
    done = subprocess.run(
        [*NPM, *QUIET, *BRISK],
        cwd=workshop,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    try:
        if done.returncode:
            reasons = [line for line in done.stderr.splitlines() if line.startswith("npm error")]
            refuse(f"npm could not install openai {VERSION}: {'; '.join(reasons[:2])}")
        workshop.rename(INSTALLED)
    except OSError:
        # Another run was faster.
        if not INSTALLED.exists():
            raise
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A folder with the script, what it uploads, and the package where Node.js looks for it."""
    if not INSTALLED.exists():
        install()
    (tmp_path / "node_modules").symlink_to(INSTALLED / "node_modules")
    (tmp_path / "image.webp").write_bytes(pictures.webp())
    (tmp_path / "clip.mp4").write_bytes(pictures.mp4())
    shutil.copy(SCRIPT, tmp_path)
    return tmp_path


def live(workplace: Path, url: str, api_key: str) -> None:
    """Run the script against a gateway; each step that it names is reached and holds."""
    done = subprocess.run(
        ["node", SCRIPT.name, "image.webp", "clip.mp4"],
        cwd=workplace,
        env={**os.environ, "OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": api_key},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    steps = re.findall(r'^await step\("(.+?)"', SCRIPT.read_text(), re.MULTILINE)

    assert (done.returncode, done.stdout.splitlines()) == (0, steps), done.stderr
    assert len(steps) >= 12


@pytest.mark.long
@pytest.mark.needs("node", "npm")
def test_the_official_package_completes_every_step(
    workplace: Path, hasty_url: str, api_key: str
) -> None:
    """Each step that the script names is reached and holds."""
    live(workplace, hasty_url, api_key)


@pytest.mark.long
@pytest.mark.needs("node", "npm")
def test_the_official_package_works_through_the_guard(
    workplace: Path, hasty_url: str, api_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step holds with any key, and nothing is wrong with what passed the guard."""
    monkeypatch.setenv("GUARDED_KEY", api_key)
    options = Options(target=hasty_url, api_key_env="GUARDED_KEY")
    _, found = guarded(options, lambda url: live(workplace, url, "sk-of-the-client"))

    assert found.report.findings == ()
    assert found.report.requests > 60


def test_the_package_is_pinned() -> None:
    """An exact version, so that a new release cannot break the tests by itself."""
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSION)
