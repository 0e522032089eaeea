"""``gateway-contract pytest``: the checks as tests, unaffected by the current project."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import click

_SUITE = Path(__file__).parent.parent


@click.command("pytest", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def pytest_command(arguments: tuple[str, ...]) -> None:
    """Run the checks under pytest; ARGUMENTS are options of pytest and of this suite (--target).

    Like 'pytest --pyargs contract_tests', but a folder 'contract_tests' of the current project is
    not imported instead: the interpreter is isolated, and the project's settings are not read.
    """
    if not _installed("pytest"):
        remedy = "install the extra: pip install 'video-gateway-mock[contract]'"
        raise click.ClickException(f"pytest is not installed; {remedy}")
    configuration = _SUITE / "pytest.ini"
    command = [sys.executable, "-I", "-m", "pytest", "-c", str(configuration), str(_SUITE)]
    sys.exit(subprocess.run([*command, *arguments], check=False).returncode)


def _installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False
