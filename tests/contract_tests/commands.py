"""Runs gateway-contract in the process of a test."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

import openapi
from contract_tests.checks import CHECKS
from contract_tests.cli.main import main
from openapi.contract.document import load_contract

CANARY = "sk-canary-Zq81/+x=7391"
# Three checks of different kinds, so that a run takes a second.
FEW = ("--checks", "documented_answers", "--checks", "error_envelope", "--checks", "status_order")
# All checks, without Schemathesis and the state machine.
OWN = tuple(word for check in CHECKS for word in ("--checks", check.name))
PROBES = ("--checks", "authentication", "--checks", "unknown_job")


def run(*options: str) -> Result:
    """One run in this process."""
    return CliRunner().invoke(main, ["run", *options])


def live(url: str, *options: str) -> Result:
    """One run against a fake that is treated as live."""
    return run("--target", url, "--live", "--api-key-env", "CANARY_KEY", *options)


def narrowed(*names: str) -> tuple[str, str]:
    """Options for a run over a contract of some operations only, so that little is generated."""
    document = dict(load_contract(openapi.CONTRACT))
    document["paths"] = {
        path: {
            key: node for key, node in item.items() if key == "parameters" or _is_kept(node, names)
        }
        for path, item in document["paths"].items()
        if any(_is_kept(node, names) for node in item.values())
    }
    path = Path("narrowed.json").absolute()
    path.write_text(json.dumps(document), encoding="utf-8")
    return "--contract", str(path)


def _is_kept(node: Any, names: tuple[str, ...]) -> bool:
    return isinstance(node, dict) and node.get("operationId") in names


def report_of(result: Result) -> dict[str, Any]:
    """The report on standard output."""
    data: dict[str, Any] = json.loads(result.stdout)
    return data
