"""What a plan names is what is created, by the target's own journal."""

from typing import Any

import pytest

from contract_tests.targets.fake import unwrapped
from mock_server.domain.clock import Pace
from mock_server.settings import Settings
from tests.contract_tests.commands import live, report_of, run
from tests.contract_tests.connections import CONTRACT
from tests.contract_tests.gateways import Journal, journaled
from tests.contract_tests.lenient import lenient

CREATES = ("createVideo", "createUnifiedVideo")
PAGES = sorted({each.name for each in CONTRACT.variants if each.operation in CREATES})
# The checks whose requests a target may accept, and those of the jobs.
CHECKS = ("required_fields", "allowed_values", "body_types", "refusals", "blame",
          "documented_values", "remix*", "status_order")  # fmt: skip
CHOSEN = tuple(word for name in CHECKS for word in ("--checks", name))
BUDGETS = ("0", "1", "2", "3")
SERVERS = (unwrapped, lenient)
# A job takes most of a second: one that ends before it is remixed too early would be remixed twice.
PACE = Settings(pace=Pace(speed=100))


def planned_and_made(
    server: Any, budget: str, *options: str
) -> tuple[dict[str, Any], dict[str, Any], Journal]:
    """The plan of a run, its report and the journal of the server."""
    with journaled(server, PACE) as (url, journal):
        given = ("--budget-jobs", budget, *CHOSEN, *options, "--format", "json")
        plan = report_of(live(url, *given, "--plan"))
        assert journal.requests == []
        return plan, report_of(live(url, *given)), journal


def require_truth(plan: dict[str, Any], report: dict[str, Any], journal: Journal) -> None:
    """Make sure that plan, report and journal name the same number of jobs, at known prices."""
    assert len(plan["jobs"]) == len(report["jobs_planned"]) == journal.accepted
    assert report["usd_planned"] == plan["usd"]
    assert len(report["jobs_made"]) == journal.accepted
    assert report["jobs_deleted"] == report["jobs_created"]


@pytest.mark.parametrize("budget", BUDGETS)
@pytest.mark.parametrize("server", SERVERS, ids=["honest", "lenient"])
def test_a_plan_is_what_is_made(server: Any, budget: str) -> None:
    """An honest target makes the jobs of the plan in order, and a lenient one no more than those.

    What the lenient one accepts takes the place of the last job; the first is always of the plan.
    """
    plan, report, journal = planned_and_made(server, budget)

    require_truth(plan, report, journal)
    made = report["jobs_made"]
    if server is lenient:
        wrong = [each for each in made if each["sender"] in CHECKS]
        assert len(wrong) == (budget in ("2", "3"))
        found = {each["check"] for each in report["findings"]}
        assert {each["sender"] for each in wrong} <= found
    else:
        kinds = [" ".join(each["request"].split()[:2]) for each in plan["jobs"]]
        assert [each["request"] for each in made] == journal.created == kinds
        assert report["usd_made"] == plan["usd"]


# Without a job and with room for more of them a page changes nothing that these do not show.
@pytest.mark.long
@pytest.mark.parametrize("budget", ["1", "3"])
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("server", SERVERS, ids=["honest", "lenient"])
def test_the_plan_of_every_page_is_what_is_made(server: Any, page: str, budget: str) -> None:
    """The same holds for jobs of one page only."""
    require_truth(*planned_and_made(server, budget, "--variant", page))


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ((), "16 without limit, free; nothing was sent"),
        (("--target", "http://127.0.0.1:9", "--live", "--api-key-env", "CANARY_KEY",
          "--budget-jobs", "1"), "1 of 1 allowed, list price $0.40; nothing was sent"),
    ],
)  # fmt: skip
def test_a_plan_ends_with_jobs_and_money(options: tuple[str, ...], line: str) -> None:
    """A free target says so, and no plan that has a price totals nothing."""
    assert f"jobs      {line}" in run(*options, "--plan").output


def test_an_unknown_price_stays_unknown(tmp_path: Any) -> None:
    """Where no price is known the plan says so instead of $0.00, and data has null."""
    models = tmp_path / "models.yaml"
    models.write_text("sizes: {}\nmodels: {}\n", encoding="utf-8")
    target = ("--target", "http://127.0.0.1:9", "--live", "--api-key-env", "CANARY_KEY")
    options = (*target, "--budget-jobs", "2", "--models", str(models), "--plan")

    text, data = run(*options).output, report_of(run(*options, "--format", "json"))

    assert "an unknown price (2 jobs); nothing was sent" in text
    assert "$0.00" not in text
    assert data["usd"] is None
    assert [each["usd"] for each in data["jobs"]] == [None, None]


def test_a_report_says_jobs_and_money() -> None:
    """The last line on a terminal and the page have what was planned and made, and its price."""
    with journaled() as (url, _):
        result = live(url, "--budget-jobs", "1", "--checks", "status_order", "--html", "r.html")

    assert "1 job of 1 planned, $0.40 of $0.40" in " ".join(result.output.split())
