"""The checks as tests, one each, in the order that money asks for."""

import pytest

from contract_tests.checks import CHECKS
from contract_tests.checks.check import Check, LifeCycle, Passive, Probe
from contract_tests.conftest import Tell
from contract_tests.runner.run import Run


def _named(kind: type[Check]) -> list[Check]:
    chosen = [check for check in CHECKS if isinstance(check, kind)]
    return sorted(chosen, key=lambda check: getattr(check, "acceptance", False))


@pytest.mark.parametrize("check", _named(Probe), ids=lambda check: check.name)
def test_probe(check: Probe, run: Run, tell: Tell) -> None:
    """What must be refused is refused, and what can be read is answered as documented."""
    run.probe_one(check)
    tell(run.findings_of(check.name), run.gaps_of(check.name))


def test_schemathesis(run: Run, tell: Tell) -> None:
    """Schemathesis' own checks hold for what its phases generate."""
    run.fuzz()
    tell(run.findings_of("schemathesis"), run.gaps_of("schemathesis"))


@pytest.mark.parametrize("check", _named(LifeCycle), ids=lambda check: check.name)
def test_life_cycle(check: LifeCycle, observed: Run, tell: Tell) -> None:
    """What was seen of the run's jobs is what the contract says of a job's life."""
    observed.judge_life(check)
    tell(observed.findings_of(check.name), observed.gaps_of(check.name))


def test_state_machine(run: Run, tell: Tell) -> None:
    """A job does what its model does, in any order of calls."""
    run.drive_machine()
    tell(run.findings_of("state-machine"), run.gaps_of("state-machine"))


@pytest.mark.parametrize("check", _named(Passive), ids=lambda check: check.name)
def test_every_exchange(check: Passive, observed: Run, tell: Tell) -> None:
    """Every exchange of the run, whoever sent it, is as the contract documents it."""
    observed.look()
    tell(observed.findings_of(check.name), observed.gaps_of(check.name))
