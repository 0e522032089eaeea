"""Runs leave the webhooks of a live account alone, and test those of a fake."""

from random import Random

import pytest
from starlette.requests import Request as Asked
from starlette.responses import Response

from contract_tests.contract.bodies import body_of, request_of
from contract_tests.guard.classification import RequestKind, absent_id, classify
from contract_tests.guard.policy import Ledger, Limits, Policy
from contract_tests.wire.exchange import Request
from contract_tests.wire.session import RefusedError
from tests.contract_tests.commands import report_of, run
from tests.contract_tests.connections import CONTRACT, connected, live
from tests.contract_tests.gateways import journaled, stub

ABSENT = absent_id(Random(1), CONTRACT.dialect.ids)
OPERATIONS = [each for each in CONTRACT.operations if each.is_of_webhooks]
WRITES = [
    request_of(operation.variants[0], body_of(operation.variants[0], **changed), path)
    if operation.variants
    else Request(operation.method, path)
    for operation in OPERATIONS
    if operation.method != "GET"
    for path in dict.fromkeys(operation.fill(webhook_endpoint_id=id_) for id_ in ("we_1", ABSENT))
    for changed in ({}, {"event_types": None, "event_type": 7})
]
ODD = [
    Request(method, path)
    for method in ("PUT", "PATCH", "DELETE")
    for path in ("/v1/webhook_endpoints", "/v1/webhook_event_types", f"/v1/webhooks/{ABSENT}")
]


def shown(request: Request) -> str:
    """A request in a few words."""
    return f"{request.method} {request.target[:40]} {request.body[:20]!r}"


def name_of(method: str, path: str) -> str:
    """The operation at a path."""
    operation = CONTRACT.match(method, path)
    return operation.id if operation else ""


def test_there_are_writes_of_every_kind() -> None:
    """Create, update, delete, test and rotate: whole and broken, for ids known and unknown."""
    written = {name_of(each.method, each.path) for each in WRITES}

    assert len(OPERATIONS) == 8
    assert written == {
        *("createWebhookEndpoint", "updateWebhookEndpoint", "deleteWebhookEndpoint"),
        *("testWebhookEndpoint", "rotateWebhookSecret"),
    }


@pytest.mark.parametrize("request_", WRITES, ids=shown)
def test_a_write_is_judged_as_one(request_: Request) -> None:
    """Whatever it holds, it is no job that a budget counts, and not sure to be refused."""
    assert classify(CONTRACT, request_) is RequestKind.WEBHOOKS


@pytest.mark.parametrize("request_", [*WRITES, *ODD], ids=shown)
def test_no_write_reaches_a_live_target(request_: Request) -> None:
    """With jobs to spare, not even what must be refused is sent to an account's webhooks."""
    seen: list[Asked] = []

    async def note(asked: Asked) -> Response:
        seen.append(asked)
        return Response("{}")

    with connected(stub(note), live(9)) as found, pytest.raises(RefusedError):
        found.session.send(request_)

    assert seen == []


@pytest.mark.parametrize("request_", WRITES, ids=shown)
def test_the_guard_refuses_a_write_whatever_the_contract_lists(request_: Request) -> None:
    """Where a contract with webhooks came to a live target, no write would pass all the same."""
    policy = Policy(live(9), Ledger())

    assert "left alone" in policy.refusal(request_, classify(CONTRACT, request_), "")
    assert policy.requests == 0


def test_a_write_costs_a_free_target_no_job() -> None:
    """It passes without a budget, and what it makes is in no list of jobs."""

    async def made(_asked: Asked) -> Response:
        return Response('{"id": "we_1"}', media_type="application/json")

    with connected(stub(made), Limits(budget=0)) as found:
        statuses = {found.session.send(each).status for each in WRITES}
        ledger = found.guard.policy.ledger

    assert statuses == {200}
    assert len(ledger) == 0


def test_a_run_against_a_fake_holds_its_webhooks_to_the_contract() -> None:
    """All five kinds of writes are sent, and none is taken for a job."""
    with journaled() as (url, journal):
        options = ("--checks", "authentication", "--checks", "unknown_job", "--format", "json")
        report = report_of(run("--target", url, *options))
    asked = {name_of(*each) for each in journal.requests}

    assert {each.id for each in OPERATIONS} <= asked
    assert report["jobs_created"] == []
    assert report["findings"] == []
