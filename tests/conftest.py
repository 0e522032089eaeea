"""What every test shares: Hypothesis settings and the `needs` mark; it knows no package of ours."""

import os
import shutil

import hypothesis
import pytest

IN_CI = bool(os.environ.get("CI"))

# No deadline: a verdict must not depend on how busy the machine is.
hypothesis.settings.register_profile("house", deadline=None, derandomize=IN_CI, print_blob=True)
hypothesis.settings.load_profile("house")

# The longest tests: begun first, they leave no processor without work at the end.
LONGEST = "tests/contract_tests/"


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
