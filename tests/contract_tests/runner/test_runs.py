"""Whole runs of gateway-contract: what they create, report and leave behind."""

import json
from collections.abc import Sequence

import pytest
from starlette.requests import Request as Asked
from starlette.responses import Response
from starlette.types import ASGIApp

from tests.contract_tests.commands import FEW, PROBES, live, narrowed, report_of, run
from tests.contract_tests.defective import Breaking
from tests.contract_tests.gateways import journaled, served, stub


@pytest.mark.long
@pytest.mark.parametrize(("budget", "made"), [("0", 0), ("1", 1), ("2", 2)])
def test_a_live_run_creates_no_more_jobs_than_it_may(budget: str, made: int) -> None:
    """With budget 0, 1 and 2 the server accepts exactly 0, 1 and 2 creates, by its own journal.

    No request goes to the webhooks of the account.
    """
    with journaled() as (url, journal):
        result = live(url, "--budget-jobs", budget, "--format", "json", "--seed", "3")
        data = report_of(result)

    assert journal.accepted == made, data
    assert len(data["jobs_created"]) == made
    assert data["jobs_deleted"] == data["jobs_created"]
    assert data["requests"] <= 600
    assert len(journal.requests) == data["requests"]
    assert [each for each in journal.requests if "webhook" in each[1]] == []


def test_a_live_run_creates_nothing_without_a_budget() -> None:
    """Without a budget a target that costs money gets only reads and what it must refuse.

    So it is in every dialect, with all operations of its contract; here are some of each kind.
    """
    some = narrowed("listModels", "createVideo", "deleteVideo", "retrieveVideo")
    with journaled() as (url, journal):
        data = report_of(live(url, "--checks", "schemathesis", "--format", "json", *some))

    assert journal.accepted == 0
    assert data["budget_jobs"] == 0
    assert data["requests_by_sender"]["Schemathesis"] > 10
    assert [each for each in journal.requests if each[0] == "DELETE"] == []


def test_a_lenient_target_is_stopped_at_the_first_job() -> None:
    """If everything that must be refused is accepted, a run without budget stops after one job."""
    accepted: list[bytes] = []

    async def lenient(asked: Asked) -> Response:
        if asked.method == "POST":
            accepted.append(await asked.body())
        return Response(json.dumps({"id": f"video_{len(accepted)}"}), media_type="application/json")

    with served(stub(lenient)) as url:
        few = narrowed("listModels", "createVideo", "retrieveVideo")
        data = report_of(live(url, "--format", "json", *few))

    assert len(accepted) == 1
    assert data["verdict"] == "contract broken"
    assert data["jobs_created"] == ["video_1"]
    assert any("budget" in each["reason"] for each in data["not_checked"])


def test_a_plan_sends_nothing() -> None:
    """A plan names jobs and their list price, and the target gets no request."""
    with journaled() as (url, journal):
        result = live(url, "--budget-jobs", "2", "--plan", "--format", "json")
        plan = report_of(result)

    assert journal.requests == []
    assert len(plan["jobs"]) == 2
    assert plan["usd"] == pytest.approx(sum(each["usd"] for each in plan["jobs"]))
    assert plan["requests"] <= 600


@pytest.mark.parametrize(
    ("around", "options", "status", "verdict"),
    [
        (None, (*FEW, "--budget-jobs", "1"), 0, "clean"),
        (Breaking, PROBES, 1, "contract broken"),
        (None, (*FEW, "--strict", "--live", "--api-key-env", "CANARY_KEY"), 1, "contract broken"),
    ],
)
def test_the_exit_status_is_the_verdicts(
    around: type[Breaking] | None, options: Sequence[str], status: int, verdict: str
) -> None:
    """0 is clean and 1 a broken contract; with --strict what could not be checked breaks it too."""
    with journaled(around or (lambda app: app)) as (url, _):
        result = run("--target", url, "--format", "json", *options)

    assert (result.exit_code, report_of(result)["verdict"]) == (status, verdict)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--checks", "nonsense"), "fits none of"),
        (("--target", "nowhere"), "neither 'mock'"),
        (("--target", "https://gateway.example"), "--api-key-env"),
        (("--target", "http://127.0.0.1:9", "--api-key-env", "UNSET_KEY"), "UNSET_KEY"),
        (("--variant", "nonsense"), "known: sora-character"),
        (("--report", "missing/report.json"), "there is no folder"),
        (("--known-deviations", "missing.yaml"), "cannot be read"),
        (("--contract", "missing.yaml"), "missing.yaml"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_sent(
    options: Sequence[str], said: str
) -> None:
    """An option that cannot work ends with status 2 and a sentence that names it."""
    result = run(*options)

    assert result.exit_code == 2
    assert said in result.output


def answering(status: int, body: str = "{}") -> ASGIApp:
    """A server that answers everything the same way."""

    async def answer(_asked: Asked) -> Response:
        return Response(body, status, media_type="application/json")

    return stub(answer)


def test_a_target_that_is_not_there_is_no_broken_contract() -> None:
    """Where nothing listens the run ends with status 3, and its report says so."""
    result = run("--target", "http://127.0.0.1:9", "--format", "json")

    assert result.exit_code == 3
    assert report_of(result)["verdict"] == "upstream unavailable"
    assert "no connection" in report_of(result)["trouble"]


def test_nothing_but_server_errors_is_an_outage() -> None:
    """A target that answers 502 to all ends the run at once, with status 3."""
    with served(answering(502)) as url:
        result = run("--target", url, "--format", "json")

    assert result.exit_code == 3
    assert report_of(result)["requests"] <= 5


def test_a_key_that_is_refused_is_the_callers_mistake() -> None:
    """A target that answers 401 to all ends the run with status 2."""
    with served(answering(401)) as url:
        result = live(url)

    assert result.exit_code == 2
    assert "refuses the key" in result.output
