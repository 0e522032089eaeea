"""A run keeps nothing in memory after its report is dropped."""

import gc
from collections import Counter

import pytest

from contract_tests.contract.target_contract import TargetContract
from contract_tests.lifecycle.machine import MachineContext
from contract_tests.runner.context import RunContext
from contract_tests.runner.options import Options
from contract_tests.runner.run import perform
from contract_tests.wire.exchange import Exchange
from mock_server.app import Server
from mock_server.tenants import TenantRepository

HELD = (RunContext, Exchange, TargetContract, MachineContext, Server, TenantRepository)
PARTS = {
    "probes and jobs": Options(checks=("unknown_job", "status_order"), quick=True),
    "Schemathesis": Options(checks=("schemathesis",), quick=True, max_requests=300),
    "state machine": Options(checks=("state-machine",), quick=True),
}


def alive() -> Counter[type]:
    """How many objects of a run exist, by type."""
    gc.collect()
    return Counter(type(each) for each in gc.get_objects() if isinstance(each, HELD))


@pytest.mark.long
@pytest.mark.parametrize("options", PARTS.values(), ids=PARTS)
def test_nothing_of_a_run_stays(options: Options) -> None:
    """After a run and its report, none of its exchanges and no part of its target is alive."""
    before = alive()

    report = perform(options)
    sent = len(report.exchanges)
    kept = alive() - before

    assert sent > 20
    assert kept == Counter({Exchange: sent})
    del report
    assert alive() == before
