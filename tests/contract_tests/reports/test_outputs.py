"""The reports of a run: they can be read, survive an interruption, and contain no key."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest

from contract_tests.reports.json_report import SCHEMA
from tests.contract_tests.commands import CANARY, PROBES, live, report_of, run
from tests.contract_tests.defective import Breaking, Echoing
from tests.contract_tests.gateways import journaled
from tests.project.source import ROOT


@pytest.mark.long
def test_the_key_is_in_no_output() -> None:
    """If a server repeats the key everywhere, it is still in no report, stream or file."""
    kinds = ("report", "junit", "html", "har")
    files = [word for kind in kinds for word in (f"--{kind}", f"{kind}.out")]
    with journaled(Echoing) as (url, journal):
        some = (*PROBES, "--checks", "schemathesis", "--checks", "status_order")
        limits = ("--budget-jobs", "1", "--max-requests", "250", "--ledger", "ledger.out")
        result = live(url, *some, *limits, *files)

    assert f"Bearer {CANARY}" in journal.keys
    written = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    assert {f"{kind}.out" for kind in kinds} <= {str(path) for path in written}
    assert [path for path, content in written.items() if CANARY.encode() in content] == []
    assert CANARY not in result.output
    assert "Traceback" not in result.output


def test_every_report_can_be_read() -> None:
    """JSON follows its schema, JUnit is XML with the failures, HTML needs nothing else."""
    names = ("--report", "r.json", "--junit", "r.xml", "--html", "r.html", "--har", "r.har")
    with journaled(Breaking) as (url, _):
        result = run("--target", url, *PROBES, *names)
    data, page = json.loads(Path("r.json").read_text()), Path("r.html").read_text()
    suite = ET.fromstring(Path("r.xml").read_text()).find("testsuite")
    har = json.loads(Path("r.har").read_text())["log"]

    jsonschema_rs.Draft202012Validator(json.loads(SCHEMA.read_text())).validate(data)
    assert result.exit_code == 1
    assert all("curl -g -sS -i " in each["curl"] for each in data["findings"])
    assert suite is not None
    assert int(suite.get("failures", "0")) == len({each["check"] for each in data["findings"]})
    assert len(har["entries"]) == data["requests"]
    assert not any(mark in page for mark in ("<script", "<link", "src=", "@import"))
    assert data["findings"][0]["check"] in page


def test_the_same_seed_makes_the_same_report() -> None:
    """Two runs with one seed against the same server find and send the same."""
    reports = []
    for _ in range(2):
        with journaled(Breaking) as (url, _journal):
            data = report_of(run("--target", url, *PROBES, "--format", "json", "--seed", "5"))
        shown = json.dumps([data["findings"], data["requests_by_sender"]]).replace(url, "URL")
        reports.append(shown)

    assert reports[0] == reports[1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_its_report(number: int, tmp_path: Path) -> None:
    """A run that is ended by a signal writes its report, with the jobs it created."""
    command = [sys.executable, "-m", "contract_tests.cli.main", "run", "--checks", "status_order"]
    options = ["--budget-jobs", "2", "--report", "r.json", "--ledger", "ledger.jsonl", "--live"]
    with journaled() as (url, journal):
        reach = ["--target", url, "--api-key-env", "CANARY_KEY"]
        environment = {"CANARY_KEY": CANARY, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen([*command, *options, *reach], cwd=tmp_path, env=environment)
        assert journal.made_one.wait(60)
        process.send_signal(number)
        status = process.wait(60)

    data = json.loads((tmp_path / "r.json").read_text())
    ledger = [json.loads(each)["id"] for each in _lines(tmp_path / "ledger.jsonl")]
    assert (status, data["verdict"]) == (130, "interrupted")
    assert data["jobs_created"] == data["jobs_deleted"] == list(dict.fromkeys(ledger))
    assert 1 <= len(ledger) <= 2


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()
