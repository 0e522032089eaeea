"""Holds the probes to sending only what cannot be accepted, whatever the target is like."""

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contract_tests.checks import CHECKS, faults
from contract_tests.checks.check import Probe
from contract_tests.guard.judging import Kind, judge
from contract_tests.runner.capabilities import Capability
from contract_tests.wire.exchange import Exchange
from openapi.contract.contract import Operation
from openapi.contract.evidence import Evidence
from tests.contract_tests.checks.bench import bench, contract, run

CHECKS_BY_NAME = {check.name: check for check in CHECKS}
PROBES = [check for check in CHECKS if isinstance(check, Probe)]
MAKING = [each for each in contract().operations if each.variants]
JOB = "video_ab5e47ab-5e47-4ab5-8e47-000000000000"


def sent(check: Probe, lacking: frozenset[Capability] = frozenset()) -> list[Exchange]:
    """Everything that a probe sends to a server that keeps the contract."""
    with bench(budget=9) as honest:
        honest.capabilities -= lacking
        run(honest, [check])
        return honest.exchanges


@pytest.mark.parametrize("check", PROBES, ids=lambda check: check.name)
def test_a_probe_asks_for_nothing_that_costs(check: Probe) -> None:
    """Where jobs cost, what goes out must be refused, or has a file that only looks right."""
    kinds = {judge(contract(), each.request) for each in sent(check, frozenset({Capability.FREE}))}

    assert Kind.UNLISTED not in kinds
    assert (Kind.MAY_CREATE in kinds) is (check.name == "reference_image")


def lenient(app: ASGIApp) -> ASGIApp:
    """A server that takes every length, as the pages without a list allow."""

    async def around(scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        while (message := await receive()).get("more_body"):
            body += message["body"]
        body = (body + message.get("body", b"")).replace(b"__none_of_these__", b"4")
        headers = [pair for pair in scope["headers"] if pair[0] != b"content-length"]
        length = (b"content-length", str(len(body)).encode())

        async def read() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        await app({**scope, "headers": [*headers, length]}, read, send)

    return around


@pytest.mark.parametrize("lacking", [frozenset(), frozenset({Capability.FREE})])
def test_who_takes_more_than_the_catalogue_is_advised_and_never_charged(
    lacking: frozenset[Capability],
) -> None:
    """A value outside the catalogue's list is advice where jobs are free, and else not sent."""
    with bench(lenient, budget=9) as target:
        target.capabilities -= lacking
        found = [each.breach for each in run(target, [CHECKS_BY_NAME["allowed_values"]], jobs=10)]
        lengths = [each for each in found if "seconds enum" in each.key]

        assert {each.evidence for each in lengths} == (set() if lacking else {Evidence.INFERRED})
        assert all("model catalogue" in each.source for each in lengths)
        assert bool(target.made) is not bool(lacking)


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
