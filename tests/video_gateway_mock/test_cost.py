"""What the plugin costs those who do not use it."""

import subprocess
import sys

import pytest

HEAVY = ("connexion", "starlette", "uvicorn", "httpx", "PIL", "yaml", "openapi", "mock_server")
OURS = [
    "video_gateway_mock",
    "video_gateway_mock.pytest_plugin",
]


def test_a_run_that_never_uses_the_fixture_loads_none_of_it(pytester: pytest.Pytester) -> None:
    """The plugin's module is all that is imported at the start of a pytest run."""
    pytester.makepyfile(
        f"""
        import sys

        def test_nothing_is_loaded():
            assert [name for name in {HEAVY!r} if name in sys.modules] == []
            assert "video_gateway_mock.pytest_plugin" in sys.modules
        """
    )
    result = pytester.runpytest_subprocess(
        "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-p", "no:schemathesis"
    )

    result.assert_outcomes(passed=1)


def test_the_plugin_imports_nothing_but_pytest() -> None:
    """Whatever else is installed, reading the plugin adds two modules of ours."""
    script = (
        "import sys, pytest, hashlib, contextlib, typing; before = set(sys.modules);"
        "import video_gateway_mock.pytest_plugin; print(sorted(set(sys.modules) - before))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert shown.stdout.strip() == str(OURS)
