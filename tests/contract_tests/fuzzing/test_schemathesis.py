"""A plain Schemathesis run over HTTP reports nothing about the fake, in every dialect."""

import os
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
from tests.properties import is_thorough
from tests.system.clients.gateway import running

DIALECTS = load_dialects()
# The gateway's own contract is tried with more examples than those derived from it.
RUNS = [("gateway", 5)] + [(name, 2) for name in names() if not DIALECTS[name].native]


@pytest.mark.long
@pytest.mark.parametrize(("name", "thorough"), RUNS)
def test_a_plain_run_reports_nothing(name: str, thorough: int, tmp_path: Path) -> None:
    """Every check of Schemathesis holds, for valid and invalid requests."""
    examples = thorough if is_thorough() else 1
    dialect = DIALECTS[name]
    contract = contract_for(load_contract(openapi.CONTRACT), dialect)
    paths = tmp_path / "contract.yaml", tmp_path / "schemathesis.toml"
    paths[0].write_text(dump(contract), encoding="utf-8")
    paths[1].write_text(configuration(contract, dialect), encoding="utf-8")

    # A job ends within a tenth of a second, so that all responses occur.
    with running(Settings(pace=Pace(speed=1000), dialect=name)) as url:
        run = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(paths[1])),
                *("run", str(paths[0]), "--url", url),
                *("--header", "Authorization: Bearer sk-schemathesis"),
                *("--max-examples", str(examples), "--seed", "1", "--continue-on-failure"),
                # How fast examples are generated depends on the load of the machine.
                "--suppress-health-check=too_slow",
            ],
            cwd=tmp_path,
            env={
                "SCHEMATHESIS_HOOKS": "contract_tests.schemathesis_hooks",
                "PYTHONPATH": str(ROOT),
                "HYPOTHESIS_STORAGE_DIRECTORY": os.environ["HYPOTHESIS_STORAGE_DIRECTORY"],
            },
            capture_output=True,
            text=True,
            check=False,
        )

    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]


def test_only_a_dialect_with_other_statuses_needs_a_configuration() -> None:
    """The gateway needs none; new-api uses 400 and 503 where others do not."""
    contract = load_contract(openapi.CONTRACT)
    configurations = {
        name: configuration(contract_for(contract, dialect), dialect)
        for name, dialect in DIALECTS.items()
    }

    assert configurations["gateway"] == configurations["openai"]
    assert "expected-statuses" not in configurations["gateway"]
    assert "unsupported_method.enabled = false" in configurations["new-api"]
    assert configurations["new-api"].count("'400'") == 3
