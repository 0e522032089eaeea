"""Runs the shell steps for CI of the documentation against a second process, the gateway."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from contract_tests.findings.deviations import read_deviations
from tests.contract_tests.commands import CANARY
from tests.mock_server.transport.test_server import gateway_mock, ready
from tests.project.snippets import snippets
from tests.project.source import ROOT

PAGE = ROOT / "docs" / "live-gateway.md"
TITLE = "## In a CI of any kind"
CREATES = ("createVideo", "createUnifiedVideo", "remixVideo", "editVideo", "extendVideo")
FAST = ("--speed", "2000")


def blocks(language: str) -> list[str]:
    """The section's blocks of one language, up to the next section."""
    _, title, rest = PAGE.read_text(encoding="utf-8").partition(TITLE)
    assert title
    text = rest.partition("\n## ")[0]
    return [each.code for each in snippets(text) if each.language == language]


@pytest.fixture
def gateway() -> Iterator[str]:
    """The address of a fake in a process of its own."""
    with gateway_mock(*FAST) as process:
        yield ready(process)[0]


def steps(script: str, url: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run shell steps as a CI does: stop at the first error, complain about unset variables."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "GATEWAY_URL": url,
        "GATEWAY_KEY": CANARY,
        "GATEWAY_RATE": "1000",
        "LANG": "C.UTF-8",
        "HYPOTHESIS_STORAGE_DIRECTORY": os.environ["HYPOTHESIS_STORAGE_DIRECTORY"],
    }
    return subprocess.run(
        ["sh", "-eu", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def created(url: str) -> list[dict[str, Any]]:
    """The creates that the gateway accepted, by its own journal."""
    with httpx.Client(trust_env=False, headers={"Authorization": f"Bearer {CANARY}"}) as client:
        found = client.get(f"{url}/_mock/requests?limit=1000").raise_for_status().json()
    entries: list[dict[str, Any]] = found["requests"]
    assert entries
    return [each for each in entries if each["operation"] in CREATES and each["status"] == 200]


@pytest.mark.long
@pytest.mark.needs("sh")
@pytest.mark.parametrize(("number", "budget"), [(0, 0), (1, 2)])
def test_the_steps_keep_their_budget_and_leave_reports(
    number: int, budget: int, gateway: str, tmp_path: Path
) -> None:
    """The nightly steps make nothing and the weekly two jobs; both are clean and hold no key."""
    done = steps(blocks("sh")[number], gateway, tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((tmp_path / "contract.json").read_text(encoding="utf-8"))
    assert len(created(gateway)) == len(report["jobs_created"]) == budget
    assert (report["verdict"], report["findings"]) == ("clean", [])
    assert report["jobs_deleted"] == report["jobs_created"]
    written = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert {"contract.json", "contract.xml", "contract.html"} <= set(written)
    said = (done.stdout + done.stderr).encode()
    assert not any(CANARY.encode() in each for each in (*written.values(), said))


@pytest.mark.long
@pytest.mark.needs("sh")
@pytest.mark.parametrize("number", [0, 1])
def test_a_gateway_that_is_not_there_fails_no_job(number: int, tmp_path: Path) -> None:
    """Where nothing listens the steps say so and end well."""
    done = steps(blocks("sh")[number], "http://127.0.0.1:9", tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "not available" in done.stdout


@pytest.mark.long
@pytest.mark.needs("sh")
def test_a_broken_contract_fails_the_job(gateway: str, tmp_path: Path) -> None:
    """A gateway of another dialect than the steps expect ends them with status 1."""
    script = blocks("sh")[0].replace(":-gateway}", ":-new-api}")

    assert steps(script, gateway, tmp_path).returncode == 1


def test_the_known_deviations_that_are_shown_can_be_read(tmp_path: Path) -> None:
    """The example of the section is a file that the command takes."""
    path = tmp_path / "known-deviations.yaml"
    path.write_text(blocks("yaml")[0], encoding="utf-8")

    assert [each.check for each in read_deviations(path)] == ["request_id", "allowed_values"]
