"""A finding is confirmed by repeating its request; one that does not occur again is flaky."""

import json

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from contract_tests.findings.finding import Certainty
from contract_tests.runner.context import open_run
from contract_tests.runner.options import Options
from contract_tests.runner.stages.probes import examine_exchanges
from contract_tests.targets.pace import WaitedPace
from contract_tests.targets.target import Capability, Target
from tests.contract_tests.connections import CONTRACT, KEYS, READ
from tests.contract_tests.gateways import stub

GOOD = {"object": "list", "data": []}


def responding(*bodies: object) -> ASGIApp:
    """A server that responds with these bodies in turn, then always with the last."""
    left = list(bodies)

    async def respond(_request: Request) -> Response:
        body = left.pop(0) if len(left) > 1 else left[0]
        return Response(
            json.dumps(body), media_type="application/json", headers={"x-request-id": "r"}
        )

    return stub(respond)


@pytest.mark.parametrize(
    ("bodies", "certainty"),
    [(({"object": 1}, GOOD), Certainty.FLAKY), (({"object": 1},), Certainty.REPEATED)],
)
def test_a_finding_is_confirmed_by_repeating_its_request(
    bodies: tuple[object, ...], certainty: Certainty
) -> None:
    """A breach that occurs again is repeated; one that does not is flaky, with both responses."""
    transport = httpx.ASGITransport(responding(*bodies))
    free = frozenset({Capability.FREE})
    target = Target("stub", "http://stub.test", free, WaitedPace(), KEYS, transport)
    with open_run(Options(checks=("documented_answers",)), target, CONTRACT) as context:
        context.session("test").send(READ)
        examine_exchanges(context)
        findings = context.findings.of("documented_answers")

    assert CONTRACT.match("GET", READ.path) is not None
    assert {each.certainty for each in findings} == {certainty}
    assert all(bool(each.other_answer) is (certainty is Certainty.FLAKY) for each in findings)
