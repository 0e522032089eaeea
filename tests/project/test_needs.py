"""Holds what happens to a test whose programs are not installed."""

import pytest

from tests import conftest

ABSENT = pytest.mark.needs("no-such-program-anywhere")


def test_a_missing_program_skips_on_a_users_machine(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A user's run skips the test and names the program."""
    monkeypatch.setattr(conftest, "IN_CI", False)
    request.node.add_marker(ABSENT)

    with pytest.raises(pytest.skip.Exception, match="no-such-program-anywhere"):
        conftest.pytest_runtest_setup(request.node)


def test_a_missing_program_fails_in_ci(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In CI the same test fails, so that nothing goes unchecked unseen."""
    monkeypatch.setattr(conftest, "IN_CI", True)
    request.node.add_marker(ABSENT)

    with pytest.raises(pytest.fail.Exception, match="no-such-program-anywhere"):
        conftest.pytest_runtest_setup(request.node)


@pytest.mark.needs("python3")
def test_an_installed_program_is_no_obstacle(request: pytest.FixtureRequest) -> None:
    """A test whose programs are there runs."""
    assert next(request.node.iter_markers("needs")).args == ("python3",)
