"""Jobs of other services are recorded, derived and compared by what their contract describes."""

import json
import shlex
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from contract_tests.cli.main import main
from openapi.services import FOLDER

CONTRACT = ("--contract", str(FOLDER / "openrouter.yaml"))


def run(*arguments: str) -> Result:
    """One command in this process."""
    return CliRunner().invoke(main, arguments)


@pytest.mark.long
def test_jobs_of_another_service_are_derived_and_compared(tmp_path: Path) -> None:
    """The scenarios are those of its jobs, and a recording of the fake does not differ from it."""
    rec, out = str(tmp_path / "rec"), tmp_path / "derived"
    recorded = run("record", rec, *CONTRACT, "--budget-jobs", "2")
    derived = run("derive", rec, *CONTRACT, "--out", str(out), "--format", "json")
    compared = run("compare", rec, "mock", *CONTRACT, "--budget-jobs", "2")
    unknown = [run("derive", rec), run("compare", rec, "mock")]
    scenarios = yaml.safe_load((out / "scenarios.yaml").read_text(encoding="utf-8"))

    assert [each.exit_code for each in (recorded, derived, compared)] == [0, 0, 0], compared.output
    assert set(scenarios) == {"recorded", "recorded_failed"}
    assert [each["stage"] for each in scenarios["recorded"]["steps"]] == ["queued", "running"]
    assert shlex.split(json.loads(derived.stdout)["serve"])[-2:] == list(CONTRACT)
    assert [each.exit_code for each in unknown] == [2, 2]
    assert all("name that contract with --contract" in each.output for each in unknown)
