"""The test suites of OpenAI's own clients, unmodified, against a fake that holds examples ready."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from mock_server.app import build_server
from mock_server.domain.tenant import RequestsMode
from mock_server.running import serving
from mock_server.settings import Settings
from tests.system.sdk_suites.suites import (
    PATIENCE_S,
    SUITES,
    MissingError,
    bring_node,
    bring_python,
    brought,
    refuse,
)


@pytest.fixture(scope="module")
def fake() -> Iterator[str]:
    """A fake for suites of clients, whose address they take with or without ``/v1``."""
    settings = Settings(requests=RequestsMode.EXAMPLE, validate_responses=True)
    with serving(build_server(settings)) as url:
        yield url


def outcome(
    command: list[str], folder: Path, variables: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """How a suite ends; it knows nothing of the pytest that runs it."""
    inherited = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    return subprocess.run(
        command,
        cwd=folder,
        env={**inherited, **variables},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


@pytest.mark.long
@pytest.mark.parametrize("prefix", ["", "/v1"])
def test_openai_python(fake: str, prefix: str) -> None:
    """Every test of videos, characters and webhooks passes, but for those that it skips itself."""
    try:
        folder = brought("openai-python", bring_python)
    except MissingError as error:
        refuse(f"the suite of openai-python cannot be brought: {error}")
    suite = SUITES["openai-python"]
    variables = {
        "TEST_API_BASE_URL": f"{fake}{prefix}",
        "PYTHONPATH": str(folder / "packages"),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    # Plugins of this project's environment, which know nothing of that suite, are left out.
    plugins = ["-p", "pytest_asyncio.plugin", "-p", "xdist.plugin", "-p", "no:cacheprovider"]
    command = [sys.executable, "-P", "-m", "pytest", *plugins, "-n", "2", "-q", *suite["tests"]]
    done = outcome(command, folder, variables)
    counts = dict(re.findall(r"(\d+) (\w+)", done.stdout.strip().rpartition("\n")[2]))

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert {name: int(count) for count, name in counts.items()}["skipped"] == suite["skipped"]
    assert max(map(int, counts)) > 300


@pytest.mark.long
@pytest.mark.needs("node", "npm", "git")
def test_openai_node(fake: str) -> None:
    """Every test of videos, characters and webhooks passes where its repository can be had."""
    try:
        folder = brought("openai-node", bring_node) / "checkout"
    except MissingError as error:
        pytest.skip(f"openai-node has its tests in its repository alone: {error}")
    suite = SUITES["openai-node"]
    variables = {"TEST_API_BASE_URL": f"{fake}/v1", "OPENAI_TEST_SUITE": "generated"}
    done = outcome(["node_modules/.bin/jest", "--runInBand", *suite["tests"]], folder, variables)

    assert done.returncode == 0, done.stderr[-4000:]
    assert re.search(r"Tests: +30 passed, 30 total", done.stderr)


@pytest.mark.parametrize("name", SUITES)
def test_what_is_left_out_has_a_reason(name: str) -> None:
    """A suite is pinned exactly, and says of all that it does not prove why that is so."""
    suite = SUITES[name]
    pins = suite["runs_with"]
    versions = pins.values() if isinstance(pins, dict) else [pin.split("==")[1] for pin in pins]

    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in (suite["version"], *versions))
    assert all(len(reason) > 20 for reason in suite["left_out"].values())
