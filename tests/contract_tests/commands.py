"""Runs gateway-contract inside a test's own process."""

import json
from typing import Any

from click.testing import CliRunner, Result

from contract_tests.checks import CHECKS
from contract_tests.cli.main import main

CANARY = "sk-canary-Zq81/+x=7391"
# Everything but what is generated, so that a run takes a second.
FEW = ("--checks", "documented_answers", "--checks", "error_envelope", "--checks", "status_order")
# All but what is generated.
OWN = tuple(word for check in CHECKS for word in ("--checks", check.name))
PROBES = ("--checks", "authentication", "--checks", "unknown_job")


def run(*options: str) -> Result:
    """One run in this process."""
    return CliRunner().invoke(main, ["run", *options])


def live(url: str, *options: str) -> Result:
    """One run against a fake that is treated as live."""
    return run("--target", url, "--live", "--api-key-env", "CANARY_KEY", *options)


def report_of(result: Result) -> dict[str, Any]:
    """The report on standard output."""
    data: dict[str, Any] = json.loads(result.stdout)
    return data
