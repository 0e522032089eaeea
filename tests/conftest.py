"""What every test shares: Hypothesis profiles, the anyio backend, test order, the `needs` mark."""

import os
import shutil
import ssl
from collections.abc import Iterator
from functools import cache

import pytest

from tests.properties import register_profiles

IN_CI = bool(os.environ.get("CI"))

register_profiles(derandomize=IN_CI)

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
