"""Runs suites of a client project, written on the spot, with the plugin as it is installed."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mock_server.domain.clock import Pace
from mock_server.running import running_gateway
from mock_server.settings import Settings

Run = Callable[..., pytest.RunResult]

OTHERS = ("schemathesis", "hypothesispytest", "randomly", "asyncio", "timeout")
# Without the plugins that only this project has, and without files beside the suite.
QUIET = ["-p", "no:cacheprovider", *(word for name in OTHERS for word in ("-p", f"no:{name}"))]
CLIENT = """
import warnings
import pytest
from openai import OpenAI

warnings.simplefilter("ignore")

def film(**more):
    asked = {"model": "sora-2", "prompt": "A cat", "seconds": "4", **more}
    return OpenAI(max_retries=0).videos.create_and_poll(**asked)
"""


@dataclass(frozen=True, slots=True)
class Suite:
    """How one file of a client's suite ended: its tests, and the reports of those that failed."""

    tests: int
    failures: tuple[str, ...]
    # Of what failed before a test began or after it had ended.
    errors: tuple[str, ...]

    @property
    def passed(self) -> int:
        """How many tests have neither a failure nor an error."""
        return self.tests - len(self.failures) - len(self.errors)


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """Run a suite that begins with some imports, and a client if it uses one, in a child process.

    A suite that imports nothing new may run in the test's own process instead (``inline``); with
    others that would end with modules that exist twice.
    """

    def suite(text: str, *arguments: str, ini: str = "", inline: bool = False) -> pytest.RunResult:
        uses_client = "film(" in text or "OpenAI" in text
        pytester.makeini(f"[pytest]\n{ini}")
        pytester.makepyfile((CLIENT if uses_client else "import pytest\n") + text)
        run = pytester.runpytest_inprocess if inline else pytester.runpytest_subprocess
        return run(*QUIET, *arguments)

    return suite


@pytest.fixture(scope="session")
def _suites(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Suite]:
    """Every marked suite of this run by its test's name: the files of one run of pytest."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "pytest.ini").write_text("[pytest]\n")
    texts = {
        item.name: mark.args[0]
        for item in request.session.items
        for mark in item.iter_markers("client_suite")
    }
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(CLIENT + text)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *QUIET, "--junit-xml=report.xml", *_files(folder)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED), done.stdout
    cases = ElementTree.parse(folder / "report.xml").findall(".//testcase")
    return {name: _suite(name, cases) for name in texts}


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("test_*.py"))


def _suite(name: str, cases: list[ElementTree.Element]) -> Suite:
    own = [case for case in cases if case.get("classname") == name]
    failures, errors = (
        tuple(found.text or "" for case in own for found in case.findall(kind))
        for kind in ("failure", "error")
    )
    return Suite(len(own), failures, errors)


@pytest.fixture
def suite(request: pytest.FixtureRequest, _suites: Mapping[str, Suite]) -> Suite:
    """How the suite in the test's mark ``client_suite`` ended, run together with the others'."""
    return _suites[request.node.name]


@pytest.fixture
def control_url() -> Iterator[str]:
    """A fake that runs already."""
    with running_gateway(Settings(pace=Pace(speed=0, step_s=30))) as gateway:
        yield gateway.url
