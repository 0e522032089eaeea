"""Probes send only requests that the contract forbids, whatever the target is like."""

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from contract_tests.checks import CHECKS
from contract_tests.checks.broken_requests import (
    documented_body,
    one_per_rule,
    with_disallowed_values,
    without_required_fields,
)
from contract_tests.checks.check import Probe
from contract_tests.guard.classification import RequestKind, classify
from contract_tests.targets.target import Capability
from contract_tests.wire.exchange import Exchange
from openapi.contract.contract import Operation
from openapi.contract.evidence import Evidence
from tests.contract_tests.checks.bench import bench, contract, run

CHECKS_BY_NAME = {check.name: check for check in CHECKS}
PROBES = [check for check in CHECKS if isinstance(check, Probe)]
MAKING = [each for each in contract().operations if each.variants]
JOB = "video_ab5e47ab-5e47-4ab5-8e47-000000000000"


def sent(check: Probe, lacking: frozenset[Capability] = frozenset()) -> list[Exchange]:
    """The requests that a probe sends to a server that keeps the contract."""
    with bench(budget=9) as honest:
        honest.capabilities -= lacking
        run(honest, [check])
        return honest.exchanges


@pytest.mark.parametrize("check", PROBES, ids=lambda check: check.name)
def test_a_probe_sends_nothing_that_may_cost_money(check: Probe) -> None:
    """Where jobs cost money, each request must be refused, or has a file that is no image."""
    kinds = {
        classify(contract(), each.request) for each in sent(check, frozenset({Capability.FREE}))
    }

    assert RequestKind.UNLISTED not in kinds
    assert (RequestKind.MAY_CREATE in kinds) is (check.name == "reference_image")


def lenient(app: ASGIApp) -> ASGIApp:
    """A server that accepts every length, as the pages without a list allow."""

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
def test_a_target_that_accepts_more_than_the_catalogue_gets_advice_and_no_job(
    lacking: frozenset[Capability],
) -> None:
    """A value outside the catalogue's list is sent only where jobs are free, and is advice."""
    with bench(lenient, budget=9) as target:
        target.capabilities -= lacking
        found = [each.breach for each in run(target, [CHECKS_BY_NAME["allowed_values"]], jobs=10)]
        lengths = [each for each in found if "seconds enum" in each.key]

        assert {each.evidence for each in lengths} == (set() if lacking else {Evidence.INFERRED})
        assert all("model catalogue" in each.source for each in lengths)
        assert bool(target.made) is not bool(lacking)


@pytest.mark.parametrize("operation", MAKING, ids=lambda operation: operation.id)
def test_a_broken_request_breaks_one_rule(operation: Operation) -> None:
    """A broken body differs from the documented one in the named field alone."""
    for break_rule in (without_required_fields, with_disallowed_values):
        for broken in break_rule(contract(), operation, JOB):
            whole = documented_body(broken.variant, JOB)
            names = {*whole, *broken.body}
            changed = {name for name in names if whole.get(name) != broken.body.get(name)}
            assert changed == {broken.field}


def test_each_rule_of_a_form_is_tried_once() -> None:
    """Of variants with the same rule, the one with the best evidence is tried."""
    operation = contract().operation("createVideo")
    found = list(one_per_rule(without_required_fields(contract(), operation, JOB)))

    assert len({each.key for each in found}) == len(found)
    assert {each.source for each in found if each.field == "prompt"} == {"sora-character:63"}
