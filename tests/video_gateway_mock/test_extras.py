"""A missing extra is named in one line, with the command that installs it."""

import subprocess
import sys

import pytest

HIDDEN = """
import sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {package!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name={package!r})

sys.meta_path.insert(0, Hidden())
sys.argv[1:] = {arguments!r}
from {module} import main
main()
"""


def _without(package: str, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    script = HIDDEN.format(package=package, module=module, arguments=list(arguments))
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("package", "command"), [("schemathesis", "run"), ("hypothesis", "run"), ("pytest", "pytest")]
)
def test_the_suite_without_its_extra_says_what_to_install(package: str, command: str) -> None:
    """``gateway-contract`` after a plain install is one line, not a traceback."""
    done = _without(package, "contract_tests.cli.entry", command)

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"Error: {package} is not installed; ")
    assert "pip install 'video-gateway-mock[contract]'" in done.stderr


def test_redis_without_its_extra_says_what_to_install() -> None:
    """``--store redis://`` after a plain install names the extra, and nothing is started."""
    done = _without(
        "redis", "mock_server.cli.main", "--store", "redis://127.0.0.1:9/0", "--port", "0"
    )

    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "pip install 'video-gateway-mock[redis]'" in done.stderr
