"""``--fail-fast`` ends a run at the first finding that fails it, and at nothing else."""

from pathlib import Path
from typing import Any

import pytest

from contract_tests.defects import DEFECTS
from contract_tests.targets.fake import Wrap
from tests.contract_tests.commands import PROBES, narrowed, report_of, run
from tests.contract_tests.defective import Breaking
from tests.contract_tests.gateways import journaled

ACCEPTED = "deviations:\n- {check: '*', operation: '*', reason: a ticket, expires: 2099-12-31}\n"
WHY = "ended at the first finding (--fail-fast)"
GENERATED = ("--checks", "schemathesis", "--checks", "documented_answers")
# A method that no operation has is a server error.
FAILING = next(each.wrap for each in DEFECTS if each.id == "C12")
# No response has a request id, which no documentation page requires.
UNNUMBERED = next(each.wrap for each in DEFECTS if each.id == "H06")


def report_on(wrap: Wrap, *options: str) -> dict[str, Any]:
    """The report of a quick run against a broken server."""
    with journaled(wrap) as (url, _):
        return report_of(run("--target", url, "--quick", "--format", "json", *options))


def test_nothing_is_sent_after_the_first_finding() -> None:
    """A probe's finding ends the run before Schemathesis runs or any job is created."""
    data = report_on(Breaking, "--fail-fast")

    assert (data["verdict"], data["trouble"]) == ("contract broken", WHY)
    assert data["findings"]
    assert data["jobs_created"] == []
    assert "Schemathesis" not in data["requests_by_sender"]


def test_a_generated_request_ends_it_too() -> None:
    """Schemathesis stops at a finding of it or a check, with the verdict of a whole run."""
    options = (*GENERATED, *narrowed("listVideos", "listModels"))
    fast, whole = (report_on(FAILING, *options, *more) for more in (["--fail-fast"], []))

    assert fast["verdict"] == whole["verdict"] == "contract broken"
    assert (fast["trouble"], whole["trouble"]) == (WHY, "")
    assert fast["requests"] < whole["requests"]


def test_advice_ends_nothing() -> None:
    """A finding of both Schemathesis and a check has the check's weight, here advice."""
    checks = ("--checks", "schemathesis", "--checks", "request_id")
    options = (*checks, *narrowed("listVideos", "listModels"))
    fast, whole = (report_on(UNNUMBERED, *options, *more) for more in (["--fail-fast"], []))

    assert (fast["verdict"], fast["trouble"]) == ("clean", "")
    assert fast["findings"]
    assert fast["requests"] == whole["requests"]


@pytest.mark.parametrize("wrap", [Breaking, lambda app: app], ids=["accepted", "clean"])
def test_what_fails_no_run_ends_none(wrap: Wrap) -> None:
    """A run goes on after a known deviation, and where nothing is found."""
    Path("known-deviations.yaml").write_text(ACCEPTED, encoding="utf-8")
    fast, whole = (report_on(wrap, *PROBES, *more) for more in (["--fail-fast"], []))

    assert (fast["verdict"], fast["trouble"]) == ("clean", "")
    assert bool(fast["known_deviations"]) is (wrap is Breaking)
    assert fast["requests"] == whole["requests"]
