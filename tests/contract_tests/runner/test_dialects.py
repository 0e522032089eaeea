"""Whole runs in every dialect: no false alarms, no job without a budget, the same report again."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from contract_tests.checks import CHECKS
from contract_tests.checks.broken_requests import invalid_fields, with_changes
from contract_tests.checks.check import Check, LifeCycle, Passive, everywhere
from contract_tests.contract.bodies import body_of, request_of
from contract_tests.contract.target_contract import TargetContract
from contract_tests.guard.classification import RequestKind, absent_id, classify, is_absent
from contract_tests.runner.options import Options
from openapi.contract.requests import RequestVariant
from openapi.dialects import names
from tests.contract_tests.commands import live, report_of, run
from tests.contract_tests.gateways import FAST, journaled

NAMES = names()
TIMING = re.compile(r'"(started|duration_s|at_s)": .*')
FORBIDDEN = {RequestKind.MUST_BE_REFUSED, RequestKind.MAY_BE_ACCEPTED}
LIVES = {check.name for check in CHECKS if isinstance(check, LifeCycle | Passive)}
OWN = """
summary: A gateway that does not exist.
ids: {source: this test, standing: inferred, form: alphanumeric, prefix: job-, length: 24}
statuses:
  {source: this test, standing: inferred,
   queued: waiting, running: rendering, completed: done, failed: broken}
content:
  {source: this test, standing: inferred,
   kept_s: 60, kept_from: completed_at, answer: bytes, ranges: false, variants: false}
headers:
  {source: this test, standing: inferred, request_id: X-Trace, poll_after: false}
operations: {source: this test, standing: inferred, without: [deleteVideo]}
errors:
  - {when: [video_not_found], status: 410, source: this test, standing: inferred}
  - {when: [model_not_found], status: 502, source: this test, standing: inferred}
  - {when: [missing_api_key], status: 403, source: this test, standing: inferred}
"""


def contract(name: str) -> TargetContract:
    """The contract in a dialect."""
    return Options(dialect=name).read_contract()


def creating(name: str) -> list[RequestVariant]:
    """The documented requests of a dialect that create a video."""
    found = contract(name).variants
    return [each for each in found if each.operation in ("createVideo", "createUnifiedVideo")]


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "targets"),
    [("gateway", ("mock", "mock")), ("openai", ("mock", "mock-http"))]
    + [(name, ("mock",)) for name in NAMES if name not in ("gateway", "openai")],
)
def test_the_fake_keeps_the_contract_of_every_dialect(name: str, targets: Sequence[str]) -> None:
    """A quick run finds nothing and leaves nothing out, in this process and over HTTP.

    The same seed gives the same report, except for its time and duration.
    """
    shown: dict[str, set[str]] = {target: set() for target in targets}
    for target in targets:
        options = ("--quick", "--target", target, "--dialect", name, "--seed", "4")
        result = run(*options, "--format", "json")
        data = report_of(result)
        assert (data["verdict"], data["findings"], data["not_checked"]) == ("clean", [], [])
        assert data["dialect"] == name
        shown[target].add(TIMING.sub("", result.stdout))

    assert {len(each) for each in shown.values()} == {1}


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "page"),
    [(name, page) for name in NAMES for page in sorted({v.name for v in creating(name)})],
)
def test_the_jobs_of_any_page_lead_to_no_finding(name: str, page: str) -> None:
    """A job of each documentation page, and its remix, live as the dialect's contract says."""
    checks = [word for check in CHECKS for word in ("--checks", check.name) if check.name in LIVES]
    result = run("--variant", page, "--dialect", name, *checks, "--format", "json")
    data = report_of(result)

    unchecked = [each["check"] for each in data["not_checked"]]
    # Jobs of the unified format are not asked for by other ids. The last one compares the list
    # before and after refusals, which are not sent here.
    silent = ["exact_ids"] if page.startswith("unified-") else []
    silent += ["refusals_make_nothing"] if contract(name).has("listVideos") else []
    assert (data["verdict"], data["findings"], unchecked) == ("clean", [], silent)


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_a_run_without_budget_creates_nothing_in_any_dialect(name: str) -> None:
    """A gateway of a dialect refuses what must be refused by the dialect's contract."""
    with journaled(settings=replace(FAST, dialect=name)) as (url, journal):
        data = report_of(live(url, "--dialect", name, "--format", "json"))

    assert journal.accepted == 0
    assert data["findings"] == []
    # What a target may accept is not sent without a budget, and new-api has few other operations.
    assert data["requests_by_sender"]["Schemathesis"] > (15 if name == "new-api" else 50)


@pytest.mark.long
def test_a_dialect_of_the_users_own_is_held_to_its_file(tmp_path: Path) -> None:
    """Ids, status words, kept time, headers, statuses and operations are those of the file."""
    path = tmp_path / "nobodys.yaml"
    path.write_text(OWN, encoding="utf-8")

    options = ("--quick", "--dialects", str(path), "--dialect", "nobodys", "--format", "json")
    data = report_of(run(*options))

    assert (data["verdict"], data["findings"], data["not_checked"]) == ("clean", [], [])
    made = [job for job in data["jobs_created"] if job.startswith("job-")]
    assert made
    assert all(re.fullmatch("job-[A-Za-z0-9]{24}", job) for job in made)


def test_an_unknown_dialect_is_refused_with_the_known_ones() -> None:
    """An unknown dialect ends with status 2 and the list of known ones."""
    result = run("--dialect", "klingon")

    assert result.exit_code == 2
    assert all(name in result.output for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_gateway_of_another_dialect_does_not_pass(name: str) -> None:
    """A run in one dialect reports that a gateway of another breaks its contract."""
    other = NAMES[(NAMES.index(name) + 1) % len(NAMES)]
    with journaled(settings=replace(FAST, dialect=other)) as (url, _):
        checks = ("--checks", "documented_answers", "--checks", "unknown_job", "--checks", "echo")
        data = report_of(run("--target", url, "--dialect", name, *checks, "--format", "json"))

    assert data["verdict"] == "contract broken"


@pytest.mark.parametrize("name", NAMES)
def test_an_absent_id_has_the_dialects_form(name: str) -> None:
    """The id of a job that never existed has the form of any other, and the guard recognises it."""
    ids = contract(name).dialect.ids
    job = absent_id(Random(7), ids)

    assert re.fullmatch(ids.pattern, job)
    assert is_absent(job)
    assert not is_absent(job.replace("5e47", "5e48"))


@pytest.mark.parametrize("name", NAMES)
def test_an_invalidated_request_is_forbidden_in_every_dialect(name: str) -> None:
    """The fields that are added to make a request invalid do so in that dialect."""
    spec = contract(name)
    for variant in spec.operation("createVideo").variants:
        invalid = invalid_fields(spec, variant)
        assert invalid is not None
        request = request_of(variant, with_changes(body_of(variant), invalid))
        assert classify(spec, request) in FORBIDDEN


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_check_applies_where_the_contract_has_what_it_is_about(check: Check) -> None:
    """Every check applies to the gateway's own contract; to others those that need nothing do."""
    assert check.applies(contract("gateway"))
    assert check.applies(contract("new-api")) or check.applies is not everywhere


@pytest.mark.parametrize("part", ["stages.probes.run_probe", "stages.life_cycle.examine"])
def test_a_crash_names_its_cause(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug of this suite ends the run with status 70, the line of its code and what ran."""

    def broken(*_about: object) -> None:
        raise KeyError("no such thing")

    monkeypatch.setattr(f"contract_tests.runner.{part}", broken)
    result = run("--checks", "unknown_job", "--checks", "status_order", "--format", "json")
    data = report_of(result)

    assert (result.exit_code, data["verdict"]) == (70, "crashed")
    assert re.search(
        r"contract_tests/runner/stages/\w+.py:\d+, at '.+': KeyError: 'no such thing'",
        data["trouble"],
    )
