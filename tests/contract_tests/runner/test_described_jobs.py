"""Runs against services whose jobs a contract describes (``x-job``)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import yaml

from contract_tests.contract.described import described_state
from contract_tests.contract.target_contract import TargetContract
from contract_tests.defects.defect import Defect
from contract_tests.defects.described_jobs import described_defects
from contract_tests.defects.detection import ProvingGround
from contract_tests.guard.classification import NO_MODEL, RequestKind, classify
from contract_tests.runner.options import Options
from contract_tests.targets.fake import Fake, mocks_in_process
from contract_tests.wire.exchange import Request
from openapi.services import FOLDER, names
from tests.contract_tests.commands import live, report_of, run
from tests.contract_tests.gateways import FAST, journaled
from tests.openapi.jobs.samples import CREATE, READ, contract

SERVICES = names()


def contract_file(folder: Path, change: Callable[[dict[str, object]], None] | None = None) -> Path:
    """The sample service's contract with its roles, as a file."""
    document = contract()
    document["paths"]["/reels/v1/jobs"]["post"]["x-job"] = CREATE
    document["paths"]["/reels/v1/jobs/{job_id}"]["get"]["x-job"] = READ
    if change is not None:
        change(document)
    path = folder / "reels.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return path


@cache
def ground(path: Path) -> ProvingGround:
    """A fake of a contract, shared by the defects of it."""
    found = Options(contract=path).read_contract()
    return ProvingGround(found, mocks_in_process(Fake(contract=path)))


def defects_of(path: Path) -> list[Defect]:
    """The defects that a contract's descriptions lead to."""
    return list(described_defects(Options(contract=path).read_contract()))


def missed(fake: ProvingGround, defects: Sequence[Defect]) -> list[str]:
    """The defects that no check of their rule finds at one of their operations, with two jobs."""
    found = []
    for defect in defects:
        context = fake.run(defect)
        pairs = {(each.check, each.operation) for each in context.findings.by_identity.values()}
        right = {
            pair for pair in pairs if pair[0] in defect.checks and pair[1] in defect.operations
        }
        if not right or len(context.connection.guard.policy.ledger) > 2:
            found.append(f"{defect.summary}; found: {sorted(pairs)}")
    return found


@pytest.mark.parametrize("name", ["reels", *SERVICES])
def test_an_honest_service_leads_to_no_finding(name: str, tmp_path: Path) -> None:
    """Its jobs are planned, made, polled to their end and looked at, by the contract's words."""
    path = contract_file(tmp_path) if name == "reels" else FOLDER / f"{name}.yaml"
    data = report_of(run("--contract", str(path), "--quick", "--format", "json"))

    assert (data["verdict"], data["findings"]) == ("clean", [])
    assert data["jobs"]
    assert {job["states"][-1]["status"] for job in data["jobs"]} <= {"completed", "failed"}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample service's contract."""
    return contract_file(tmp_path_factory.mktemp("reels"))


@pytest.mark.parametrize("number", range(12))
def test_a_defect_of_a_described_job_is_found(sample: Path, number: int) -> None:
    """Each is made of the description alone, and found with two jobs by a check of its rule."""
    defects = defects_of(sample)
    assert len(defects) == 12
    assert missed(ground(sample), [defects[number]]) == []


@pytest.mark.long
@pytest.mark.parametrize("name", SERVICES)
def test_the_defects_of_shipped_services_are_found(name: str) -> None:
    """At least ten defects a service, all found with two jobs at most."""
    path = FOLDER / f"{name}.yaml"
    defects = defects_of(path)

    assert len(defects) >= 10
    assert missed(ground(path), defects) == []


def test_a_described_job_is_on_the_ledger(sample: Path) -> None:
    """A live run counts it with the id that its envelope has, and creates no more than it may."""
    with journaled(settings=replace(FAST, contract=sample)) as (url, journal):
        result = live(url, "--contract", str(sample), "--budget-jobs", "1", "--format", "json")
        data = report_of(result)

    assert data["findings"] == []
    assert journal.accepted == 1
    assert len(data["jobs_created"]) == 1


def test_a_contract_without_reads_is_no_crash(tmp_path: Path) -> None:
    """Where nothing can be read for free, the run goes on without looking first."""

    def without_read(document: dict[str, object]) -> None:
        document["paths"].pop("/reels/v1/jobs/{job_id}")  # type: ignore[attr-defined]

    path = contract_file(tmp_path, without_read)
    data = report_of(run("--contract", str(path), "--quick", "--format", "json"))

    assert data["verdict"] != "crashed"


def sample_contract(sample: Path) -> TargetContract:
    """The sample service's contract, as a run reads it."""
    return Options(contract=sample).read_contract()


def test_any_model_may_be_accepted_where_none_is_listed(sample: Path) -> None:
    """A request with an unknown model counts as a create: the service may take it."""
    body = f'{{"model_name": "{NO_MODEL}", "prompt": "A fox"}}'.encode()
    headers = (("content-type", "application/json"),)
    request = Request("POST", "/reels/v1/jobs", headers, body)

    assert classify(sample_contract(sample), request) is RequestKind.MAY_CREATE


STATES = {
    "a waiting job": ({"state": "submitted"}, {"status": "queued"}),
    "a word that nobody knows": ({"state": "half-baked"}, {"status": "half-baked"}),
    "an address": (
        {"state": "succeed", "films": [{"url": "http://a/1"}]},
        {"status": "completed", "video_url": "http://a/1"},
    ),
    "a list that is empty": ({"state": "failed", "films": []}, {"status": "failed"}),
    "a reason": (
        {"state": "failed", "fail_reason": "why"},
        {"status": "failed", "error": {"code": "error", "message": "why"}},
    ),
}


@pytest.mark.parametrize(("shown", "state"), STATES.values(), ids=STATES)
def test_a_state_is_read_by_the_description(
    sample: Path, shown: dict[str, object], state: dict[str, object]
) -> None:
    """Places and words become those of ``/v1/videos``; what does not fit stays as it is."""
    found = described_state(sample_contract(sample), "getReel", {"code": 0, "data": shown})

    assert found == state


@pytest.mark.parametrize("body", [None, 7, "text", [], {"data": None}, {"data": [1]}])
def test_any_body_is_data(sample: Path, body: object) -> None:
    """A body of another shape shows nothing, and is no crash."""
    assert described_state(sample_contract(sample), "getReel", body) == {}
