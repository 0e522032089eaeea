"""A client project's own packages come first, whatever they are called; on an installed wheel."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.project.source import ROOT

SUITE = """
import warnings
from importlib import import_module
import pytest
from openai import OpenAI

warnings.simplefilter("ignore")

@pytest.mark.parametrize("name", {names})
def test_own_package(name):
    assert import_module(f"{{name}}.own").VALUE == name

def test_film(video_gateway):
    video = OpenAI().videos.create_and_poll(model="sora-2", prompt="A cat", seconds="4")
    assert video.status == "completed"
    assert [job.id for job in video_gateway.jobs] == [video.id]
"""
HANDLE = """
import contract_tests.own, mock_server.own, openapi.own
from video_gateway_mock import running_gateway

with running_gateway(scenario="instant") as gateway:
    print(gateway.requests)
"""
NAMES = ("mock_server", "openapi", "contract_tests")


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the project's wheel in it, built offline."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with ZipFile(wheel) as packed:
        packed.extractall(folder / "site")
    return folder / "site"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A client project with packages of its own, which have the names of ours."""
    for name in NAMES:
        package = tmp_path / name
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "own.py").write_text(f"VALUE = {name!r}\n")
    return tmp_path


def _run(arguments: list[str], folder: Path, installed: Path) -> str:
    """What a command of the client project prints, with the wheel and the project on the path."""
    path = os.pathsep.join((str(folder), str(installed)))
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.long
def test_the_fixture_works_beside_packages_of_those_names(project: Path, installed: Path) -> None:
    """A project imports its own packages, and the fake runs from the wheel."""
    (project / "test_it.py").write_text(SUITE.format(names=NAMES))

    shown = _run(["-m", "pytest", "-q", "-p", "no:cacheprovider"], project, installed)

    assert "4 passed" in shown


def test_the_handle_works_beside_packages_of_those_names(project: Path, installed: Path) -> None:
    """A script of that project starts a server, too."""
    assert _run(["-c", HANDLE], project, installed) == "[]\n"


@pytest.mark.long
def test_the_suite_is_found_beside_a_folder_of_its_name(tmp_path: Path) -> None:
    """``gateway-contract pytest`` runs the installed checks, not the current project's folder."""
    (tmp_path / "contract_tests").mkdir()
    (tmp_path / "contract_tests" / "__init__.py").write_text("raise SystemExit('not this one')\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    command = [str(Path(sys.executable).with_name("gateway-contract")), "pytest", "-q"]

    done = subprocess.run(
        [*command, "--collect-only", "--target", "mock"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "test_probe[authentication]" in done.stdout
