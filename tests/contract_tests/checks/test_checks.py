"""Holds each check, run alone, to biting on a defect of its own and to silence on the fake."""

from collections.abc import Sequence
from pathlib import Path

import pytest

import contract_tests.checks
from contract_tests.checks import CHECKS
from contract_tests.checks.check import Check, LifeCycle, Passive, Probe
from contract_tests.defects import DEFECTS
from contract_tests.defects.defect import Defect
from openapi.contract.evidence import Evidence
from tests.contract_tests.checks.bench import Bench, Seen, all_orders, bench, run

# They hold no rule themselves: what checks are, and what they share.
HELPERS = {"__init__", "check", "faults", "film", "reading"}
TIMED = {"latency", "replies_end"}


def by_name(check: Check) -> str:
    """What a test is called after."""
    return check.name


def alone(on: Bench, check: Check, jobs: int) -> Sequence[Seen]:
    """What a check finds by itself; a passive one looks at the traffic of all others."""
    if not isinstance(check, Passive):
        return run(on, [check], jobs=jobs)
    others = [each for each in CHECKS if not isinstance(each, Passive)]
    return [each for each in run(on, [*others, check], jobs=jobs) if each.check == check.name]


def defect_of(check: Check) -> Defect:
    """The first defect that the check is there to find."""
    return next(each for each in DEFECTS if check.name in each.checks)


@pytest.mark.parametrize("check", [each for each in CHECKS if each.name not in TIMED], ids=by_name)
def test_a_check_alone_bites(check: Check) -> None:
    """A check finds its defect on the right operation without any other check's help."""
    defect = defect_of(check)

    with bench(defect.wrap, budget=max(2, defect.jobs)) as broken:
        found = {(each.check, each.breach.operation) for each in alone(broken, check, 2)}

    assert found & {(check.name, operation) for operation in defect.operations}


@pytest.mark.parametrize("check", CHECKS, ids=by_name)
def test_a_check_alone_is_silent_on_the_fake(check: Check) -> None:
    """A check yields nothing about a server that keeps the contract."""
    with bench(budget=9) as honest:
        assert alone(honest, check, 3) == []


@pytest.mark.parametrize("seed", range(3))
def test_no_false_alarms_over_every_documented_request(seed: int) -> None:
    """Jobs of every page, model family and media type lead to no finding."""
    with bench(budget=99, seed=seed) as honest:
        assert run(honest, CHECKS, jobs=len(all_orders())) == []
        assert len(honest.made) > len(all_orders())


def test_probes_make_no_job_on_the_fake() -> None:
    """Probes make no job where the contract is kept, and stay below 20 requests an operation."""
    with bench(budget=9) as honest:
        run(honest, [each for each in CHECKS if isinstance(each, Probe)])

        assert honest.made == []
        assert len(honest.exchanges) < 20 * len(honest.contract.operations)


def test_every_check_has_a_defect_that_it_finds() -> None:
    """Each check is named by a defect, and each defect names checks that exist."""
    named = {name for defect in DEFECTS for name in defect.checks}

    assert named == {check.name for check in CHECKS}


def test_every_check_is_listed_under_its_file_name() -> None:
    """A check is called after its file, and every file of the package is in the list."""
    assert contract_tests.checks.__file__ is not None
    folder = Path(contract_tests.checks.__file__).parent
    files = {path.stem for path in folder.glob("*.py")} - HELPERS

    assert files == {check.name for check in CHECKS}


@pytest.mark.parametrize("check", CHECKS, ids=by_name)
def test_a_check_says_what_it_holds_and_who_demands_it(check: Check) -> None:
    """A check has one sentence and a source; what only good practice asks for is inferred."""
    assert check.holds.endswith(".")
    assert check.holds.count(". ") == 0
    assert check.source
    assert ("good practice" in check.source) <= (check.evidence is Evidence.INFERRED)


def test_life_cycle_checks_send_nothing() -> None:
    """A check of a job's life only looks at what was observed."""
    with bench() as honest:
        life = honest.live(1)
        sent = len(honest.exchanges)
        for check in CHECKS:
            if isinstance(check, LifeCycle):
                assert list(check.look(honest.contract, life)) == []

        assert len(honest.exchanges) == sent
