"""Holds the fake to the contract with a plain Schemathesis run over HTTP, in every dialect."""

import subprocess
import sys
from pathlib import Path

import pytest

import openapi
from contract_tests.schemathesis_config import configuration
from mock_server.domain.clock import Pace
from mock_server.settings import Settings
from openapi.contract.document import load_contract
from openapi.dialects import names
from openapi.dialects.contract import contract_for
from openapi.dialects.loading import load_dialects
from openapi.documents.writing import dump
from tests.project.source import ROOT
from tests.system.clients.gateway import running

DIALECTS = load_dialects()
# The gateway's own contract is looked at more closely than what is derived from it.
RUNS = [("gateway", 1, 10), ("gateway", 2, 4)] + [
    (name, 1, 4) for name in names() if not DIALECTS[name].native
]


@pytest.mark.parametrize(("name", "seed", "examples"), RUNS)
def test_a_plain_run_reports_nothing(name: str, seed: int, examples: int, tmp_path: Path) -> None:
    """Every check of Schemathesis holds: no server error, no undocumented answer, no wrong verdict
    on a valid or an invalid request."""
    dialect = DIALECTS[name]
    contract = contract_for(load_contract(openapi.CONTRACT), dialect)
    paths = tmp_path / "contract.yaml", tmp_path / "schemathesis.toml"
    paths[0].write_text(dump(contract), encoding="utf-8")
    paths[1].write_text(configuration(contract, dialect), encoding="utf-8")

    # A job ends within a tenth of a second, so that all answers occur.
    with running(Settings(pace=Pace(speed=1000), dialect=name)) as url:
        run = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(paths[1])),
                *("run", str(paths[0]), "--url", url),
                *("--header", "Authorization: Bearer sk-schemathesis"),
                *("--max-examples", str(examples), "--seed", str(seed), "--continue-on-failure"),
                # How fast examples are made depends on how busy the machine is.
                "--suppress-health-check=too_slow",
            ],
            cwd=tmp_path,
            env={
                "SCHEMATHESIS_HOOKS": "contract_tests.schemathesis_hooks",
                "PYTHONPATH": str(ROOT),
            },
            capture_output=True,
            text=True,
            check=False,
        )

    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]


def test_the_run_is_told_only_where_a_dialect_differs() -> None:
    """The gateway needs no configuration; new-api answers 400 and 503 where others do not."""
    contract = load_contract(openapi.CONTRACT)
    told = {
        name: configuration(contract_for(contract, dialect), dialect)
        for name, dialect in DIALECTS.items()
    }

    assert told["gateway"] == told["openai"]
    assert "expected-statuses" not in told["gateway"]
    assert "unsupported_method.enabled = false" in told["new-api"]
    assert told["new-api"].count("'400'") == 3
