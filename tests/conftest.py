"""What every test shares: Hypothesis profiles, the anyio backend, test order, the `needs` mark."""

import os
import shutil
import ssl
from collections.abc import Iterator
from functools import cache, lru_cache

import pytest
import yaml

from tests.project.source import ROOT
from tests.properties import register_profiles

IN_CI = bool(os.environ.get("CI"))

register_profiles(derandomize=IN_CI)

# Hypothesis' tables of characters take 3 s to make, in each process that finds none here.
os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(ROOT / ".hypothesis"))

# The longest tests: begun first, they leave no processor without work at the end.
LONGEST = "tests/contract_tests/"


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Async tests run on asyncio, as the server does."""
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def _certificates_read_once() -> Iterator[None]:
    """HTTP clients share one TLS context: each would take 40 ms to read all certificates anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
        yield


@pytest.fixture(scope="session", autouse=True)
def _yaml_composed_once() -> Iterator[None]:
    """A server reads the same YAML files as the one before, which is half of what it takes.

    The nodes are shared, as nothing changes them; the data are made from them each time.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml, "compose", lru_cache(64)(yaml.compose))
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose programs are not installed; in CI, where they must be, fail it."""
    needed = [program for mark in item.iter_markers("needs") for program in mark.args]
    missing = [program for program in needed if shutil.which(program) is None]
    if not missing:
        return
    reason = f"not installed on this machine: {', '.join(missing)}"
    if IN_CI:
        pytest.fail(f"{reason} (in CI nothing is skipped; see .ci/run)", pytrace=False)
    pytest.skip(reason)
