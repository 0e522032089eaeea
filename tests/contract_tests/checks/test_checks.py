"""Each check, run alone, finds a defect of its own and reports nothing about the fake."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from operator import attrgetter
from pkgutil import iter_modules

import pytest

import contract_tests.checks
from contract_tests.checks import CHECKS
from contract_tests.checks.check import Check, LifeCycle, Passive, Probe
from contract_tests.defects import DEFECTS
from contract_tests.defects.defect import Defect
from contract_tests.findings.finding import Skipped
from contract_tests.lifecycle.trace import Life
from openapi.contract.evidence import Evidence
from tests.contract_tests.checks.bench import (
    Bench,
    Seen,
    bench,
    breaches,
    contract,
    planned_jobs,
    run,
)

name_of = attrgetter("name")
PROBES = [check for check in CHECKS if isinstance(check, Probe)]


def alone(on: Bench, check: Check, jobs: int) -> Sequence[Seen]:
    """What a check finds by itself; a passive one examines the traffic of all others."""
    if not isinstance(check, Passive):
        return run(on, [check], jobs=jobs)
    others = [each for each in CHECKS if not isinstance(each, Passive)]
    return [each for each in run(on, [*others, check], jobs=jobs) if each.check == check.name]


def defect_of(check: Check) -> Defect:
    """The first defect that the check is there to find."""
    return next(each for each in DEFECTS if check.name in each.checks)


def has_its_own(check: Check) -> bool:
    """Whether there is a defect that no other check is there to find."""
    return any(each.checks == (check.name,) for each in DEFECTS)


@pytest.mark.parametrize("check", [each for each in CHECKS if not has_its_own(each)], ids=name_of)
def test_a_check_alone_bites(check: Check) -> None:
    """A check finds a defect that it shares with others without their help.

    A defect that it does not share is found by it alone, as the tests of the defects show.
    """
    defect = defect_of(check)
    # The third job is a remix.
    jobs = 3 if defect.jobs > 2 else 2

    with bench(defect.wrap, budget=jobs) as broken:
        found = {(each.check, each.breach.operation) for each in alone(broken, check, jobs)}

    assert found & {(check.name, operation) for operation in defect.shows_at(contract())}


@pytest.fixture(scope="module")
def honest() -> Iterator[tuple[Bench, Life]]:
    """A fake after every probe and the life of three jobs, with all exchanges."""
    with bench(budget=9) as on:
        run(on, PROBES)
        yield on, on.live(3)


@pytest.mark.parametrize("check", PROBES, ids=name_of)
def test_a_probe_alone_is_silent_on_the_fake(check: Check) -> None:
    """A probe yields nothing about a server that follows the contract."""
    with bench(budget=9) as on:
        assert alone(on, check, 3) == []


@pytest.mark.parametrize("check", [each for each in CHECKS if each not in PROBES], ids=name_of)
def test_a_check_that_sends_nothing_is_silent_on_the_fake(
    check: LifeCycle | Passive, honest: tuple[Bench, Life]
) -> None:
    """A check yields nothing about the exchanges and the jobs of a server without a defect."""
    on, life = honest
    if isinstance(check, LifeCycle):
        assert breaches(check.run(contract(), life)) == []
    else:
        examined = [each for each in on.exchanges if check.examines(each)]
        assert [each for one in examined for each in breaches(check.run(contract(), one))] == []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
def test_no_false_alarms_over_every_documented_request(seed: int) -> None:
    """Jobs of every page, model family and media type lead to no finding."""
    with bench(budget=99, seed=seed) as honest:
        assert run(honest, CHECKS, jobs=len(planned_jobs()) + 1) == []
        assert len(honest.made) > len(planned_jobs())


def test_probes_make_no_job_on_the_fake() -> None:
    """Probes make no job where the contract is kept, and stay below 35 requests an operation."""
    with bench(budget=9) as honest:
        run(honest, PROBES)

        assert honest.made == []
        assert len(honest.exchanges) < 35 * len(honest.contract.operations)


def test_every_check_has_a_defect_that_it_finds() -> None:
    """Each check is named by a defect, and each defect names checks that exist."""
    named = {name for defect in DEFECTS for name in defect.checks}

    assert named == {check.name for check in CHECKS}


def test_every_check_is_in_the_list_once() -> None:
    """Every function of the package that is a check is in the list, under its own name."""
    modules = [import_module(f"contract_tests.checks.{found.name}")
               for found in iter_modules(contract_tests.checks.__path__)]  # fmt: skip
    checks = {
        name: each
        for module in modules
        for name, each in vars(module).items()
        if isinstance(each, Check)
    }

    assert {check.name: check for check in CHECKS} == checks
    assert len(CHECKS) == len(checks)


@pytest.mark.parametrize("check", CHECKS, ids=name_of)
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
                results = list(check.run(honest.contract, life))
                # The list is compared with what it was before requests that were not sent here.
                is_of_list = check.name == "refusals_make_nothing"
                assert [type(each) for each in results] == [Skipped] * is_of_list
                assert [each.operation for each in results] == ["listVideos"] * is_of_list

        assert len(honest.exchanges) == sent
