"""Each check as a test, in an order in which what costs money comes as late as possible."""

import pytest

from contract_tests.checks import CHECKS
from contract_tests.checks.check import Check, LifeCycle, Passive, Probe
from contract_tests.conftest import Report
from contract_tests.runner.context import RunContext
from contract_tests.runner.options import SCHEMATHESIS, STATE_MACHINE
from contract_tests.runner.stages.fuzzing import fuzz
from contract_tests.runner.stages.life_cycle import examine
from contract_tests.runner.stages.probes import examine_exchanges, run_probe
from contract_tests.runner.stages.state_machine import run_state_machine


def _checks(kind: type[Check]) -> list[Check]:
    chosen = [check for check in CHECKS if isinstance(check, kind)]
    return sorted(chosen, key=lambda check: getattr(check, "acceptance", False))


@pytest.mark.parametrize("check", _checks(Probe), ids=lambda check: check.name)
def test_probe(check: Probe, run: RunContext, report: Report) -> None:
    """Reads are answered as documented, and requests that must be refused are refused."""
    run_probe(run, check)
    report(check.name)


def test_schemathesis(run: RunContext, report: Report) -> None:
    """Schemathesis' own checks hold for the requests that its phases generate."""
    fuzz(run)
    report(SCHEMATHESIS)


@pytest.mark.parametrize("check", _checks(LifeCycle), ids=lambda check: check.name)
def test_life_cycle(check: LifeCycle, observed: RunContext, report: Report) -> None:
    """The life of the run's jobs is as the contract documents it."""
    examine(observed, check)
    report(check.name)


def test_state_machine(run: RunContext, report: Report) -> None:
    """A job behaves like its model, for calls in any order."""
    run_state_machine(run)
    report(STATE_MACHINE)


@pytest.mark.parametrize("check", _checks(Passive), ids=lambda check: check.name)
def test_every_exchange(check: Passive, observed: RunContext, report: Report) -> None:
    """Every exchange of the run, by any sender, is as the contract documents it."""
    examine_exchanges(observed)
    report(check.name)
