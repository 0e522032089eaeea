"""Holds what an installed user gets: all files of the packages, the commands, tested versions."""

import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.project.source import PACKAGES, ROOT, files

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
PINS = (ROOT / "constraints.txt").read_text().splitlines()[1:]
PIN = re.compile(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.!+]+)")


def _requirements() -> list[Requirement]:
    extras = PROJECT["project"]["optional-dependencies"].values()
    groups = PROJECT["dependency-groups"].values()
    lists = [PROJECT["project"]["dependencies"], *extras, *groups]
    return [Requirement(text) for texts in lists for text in texts]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    """The project's wheel, built offline by the backend that pyproject.toml names."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True)
    (path,) = folder.glob("*.whl")
    return ZipFile(path)


def test_the_wheel_holds_every_file_of_the_packages(wheel: ZipFile) -> None:
    """Code, data and typing markers ship, and nothing else of the checkout does."""
    relative = [path.relative_to(ROOT) for path in files()]
    expected = {path.as_posix() for path in relative if path.parts[0] in PACKAGES}
    shipped = {name for name in wheel.namelist() if ".dist-info/" not in name}

    assert shipped == expected


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_is_marked_as_typed(wheel: ZipFile, package: str) -> None:
    """A user's type checker sees our annotations."""
    assert f"{package}/py.typed" in wheel.namelist()


def test_the_wheel_carries_the_licence(wheel: ZipFile) -> None:
    """The wheel carries the licence text."""
    assert any(Path(name).name == "LICENSE" for name in wheel.namelist())


@pytest.mark.parametrize("command", PROJECT["project"]["scripts"])
def test_every_command_has_its_function(command: str) -> None:
    """Each console script names a function that exists."""
    module, _, function = PROJECT["project"]["scripts"][command].partition(":")

    assert callable(getattr(importlib.import_module(module), function))


def test_pins_name_versions_and_nothing_else() -> None:
    """constraints.txt chooses versions, never an index, an address or a file."""
    assert [line for line in PINS if not PIN.fullmatch(line)] == []


@pytest.mark.parametrize("requirement", _requirements(), ids=str)
def test_every_declared_package_is_pinned_within_its_range(requirement: Requirement) -> None:
    """The tested set names a version of each declared package that pyproject.toml allows."""
    pins = {
        canonicalize_name(name): version for name, version in (line.split("==") for line in PINS)
    }

    assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)])
