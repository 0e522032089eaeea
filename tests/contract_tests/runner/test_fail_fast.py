"""Holds --fail-fast: it ends a run at what fails it, and at nothing else."""

from pathlib import Path
from typing import Any

import pytest

from contract_tests.defects import DEFECTS
from contract_tests.targets.fake import Wrap
from tests.contract_tests.commands import PROBES, report_of, run
from tests.contract_tests.defective import Breaking
from tests.contract_tests.gateways import journaled

ACCEPTED = "deviations:\n- {check: '*', operation: '*', reason: a ticket, expires: 2099-12-31}\n"
WHY = "ended at the first finding (--fail-fast)"
GENERATED = ("--checks", "schemathesis", "--checks", "documented_answers")
# The server fails at one of its operations.
FAILING = next(each.wrap for each in DEFECTS if each.id == "C02")
# No answer of the server has a request id, which no documentation page demands.
UNNUMBERED = next(each.wrap for each in DEFECTS if each.id == "H06")


def asked(wrap: Wrap, *options: str) -> dict[str, Any]:
    """The report of a quick run against a broken server."""
    with journaled(wrap) as (url, _):
        return report_of(run("--target", url, "--quick", "--format", "json", *options))


def test_nothing_is_sent_after_the_first_finding() -> None:
    """A probe's finding ends the run before anything is generated or any job is made."""
    data = asked(Breaking, "--fail-fast")

    assert (data["verdict"], data["trouble"]) == ("contract broken", WHY)
    assert data["findings"]
    assert data["jobs_created"] == []
    assert "Schemathesis" not in data["requests_by_sender"]


def test_what_is_generated_ends_it_too() -> None:
    """Schemathesis stops at what it or a check finds, and the verdict is that of a whole run."""
    fast, whole = (asked(FAILING, *GENERATED, *more) for more in (["--fail-fast"], []))

    assert fast["verdict"] == whole["verdict"] == "contract broken"
    assert (fast["trouble"], whole["trouble"]) == (WHY, "")
    assert fast["requests"] < whole["requests"]


def test_advice_ends_nothing() -> None:
    """What both Schemathesis and a check see counts as the check has it: here as advice."""
    checks = ("--checks", "schemathesis", "--checks", "request_id")
    fast, whole = (asked(UNNUMBERED, *checks, *more) for more in (["--fail-fast"], []))

    assert (fast["verdict"], fast["trouble"]) == ("clean", "")
    assert fast["findings"]
    # How many there are depends a little on how far a job is when it is asked for; a run that ends
    # at its first finding has a tenth.
    assert fast["requests"] > whole["requests"] / 2


@pytest.mark.parametrize("wrap", [Breaking, lambda app: app], ids=["accepted", "clean"])
def test_what_fails_no_run_ends_none(wrap: Wrap) -> None:
    """A run goes on after a known deviation, and where nothing is found."""
    Path("known-deviations.yaml").write_text(ACCEPTED, encoding="utf-8")
    fast, whole = (asked(wrap, *PROBES, *more) for more in (["--fail-fast"], []))

    assert (fast["verdict"], fast["trouble"]) == ("clean", "")
    assert bool(fast["known_deviations"]) is (wrap is Breaking)
    assert fast["requests"] == whole["requests"]
