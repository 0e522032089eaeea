"""What every test shares: Hypothesis profiles, the anyio backend, test order, the `needs` mark."""

import gc
import marshal
import os
import shutil
import ssl
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

import pytest

from openapi.documents import located
from openapi.documents.located import Located
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


def pytest_configure(config: pytest.Config) -> None:
    """Keep what every server reads anew, from the collection of the tests on.

    HTTP clients share one TLS context: each would take 40 ms to read all certificates. A server
    reads the same YAML files as the one before, which is half of what it takes.
    """
    patch = pytest.MonkeyPatch()
    patch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
    patch.setattr(located, "_compose", composed_once(located._compose))
    config.add_cleanup(patch.undo)
    # What is collected lives as long as the tests: a fifth of collecting is looking for garbage.
    gc.disable()


def composed_once(compose: Callable[..., Located]) -> Callable[..., Located]:
    """Compose a text once, and give each caller data of its own; nothing changes the nodes."""

    @lru_cache(64)
    def once(*given: Hashable) -> tuple[Located, bytes]:
        found = compose(*given)
        return found, marshal.dumps(found.data)

    def composed(*given: Any) -> Located:
        found, data = once(*given)
        return replace(found, data=marshal.loads(data))

    return composed


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests."""
    items.sort(
        key=lambda item: (
            item.get_closest_marker("long") is None,
            not item.nodeid.startswith(LONGEST),
        )
    )


def pytest_collection_finish() -> None:
    """Collect garbage again, but for the tests themselves, which are some 600,000 objects."""
    gc.collect()
    gc.freeze()
    gc.enable()


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
