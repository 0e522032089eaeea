"""Holds the probes to sending only what cannot be accepted, whatever the target is like."""

import pytest

from contract_tests.checks import CHECKS, faults
from contract_tests.checks.check import Probe
from contract_tests.contract import Operation
from contract_tests.exchange import Exchange
from contract_tests.guard.judging import Kind, judge
from tests.contract_checks.bench import bench, contract, run

PROBES = [check for check in CHECKS if isinstance(check, Probe)]
MAKING = [each for each in contract().operations if each.variants]
JOB = "video_ab5e47ab-5e47-4ab5-8e47-000000000000"


def sent(check: Probe) -> list[Exchange]:
    """Everything that a probe sends to a server that keeps the contract."""
    with bench(budget=9) as honest:
        run(honest, [check])
        return honest.exchanges


@pytest.mark.parametrize("check", PROBES, ids=lambda check: check.name)
def test_a_probe_asks_for_nothing_that_costs(check: Probe) -> None:
    """The contract demands the refusal of every request but those whose file only looks right."""
    kinds = {judge(contract(), each.request) for each in sent(check)}

    assert Kind.UNLISTED not in kinds
    assert (Kind.MAY_CREATE in kinds) is (check.name == "reference_image")


@pytest.mark.parametrize("operation", MAKING, ids=lambda operation: operation.id)
def test_a_fault_breaks_one_rule_of_its_own(operation: Operation) -> None:
    """A faulty body differs from the documented one in the named field alone."""
    for kind in (faults.missing, faults.disallowed):
        for fault in kind(contract(), operation, JOB):
            whole = faults.documented(fault.variant, JOB)
            names = {*whole, *fault.body}
            changed = {name for name in names if whole.get(name) != fault.body.get(name)}
            assert changed == {fault.field}


def test_each_rule_of_a_form_is_tried_once() -> None:
    """Of equal rules the best founded variant's is tried."""
    operation = contract().operation("createVideo")
    found = list(faults.once(faults.missing(contract(), operation, JOB)))

    assert len({fault.key for fault in found}) == len(found)
    assert {fault.source for fault in found if fault.field == "prompt"} == {"sora-character:63"}
