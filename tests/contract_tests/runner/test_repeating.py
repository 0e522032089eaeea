"""Holds that a finding is looked at twice, and that one which does not repeat is flaky."""

import json

import pytest
from starlette.requests import Request as Asked
from starlette.responses import Response
from starlette.types import ASGIApp

from contract_tests.findings.finding import Certainty
from contract_tests.guard.policy import Limits
from contract_tests.runner.options import Options
from contract_tests.runner.run import Run
from contract_tests.runner.targets import Fake, mock_in_process
from contract_tests.wire.client import WireSession
from tests.contract_tests.gateways import stub
from tests.contract_tests.lines import CONTRACT, READ, line

GOOD = {"object": "list", "data": []}


def answering(*bodies: object) -> ASGIApp:
    """A server that answers with these bodies in turn, the last for ever."""
    left = list(bodies)

    async def answer(_asked: Asked) -> Response:
        body = left.pop(0) if len(left) > 1 else left[0]
        return Response(
            json.dumps(body), media_type="application/json", headers={"x-request-id": "r"}
        )

    return stub(answer)


@pytest.mark.parametrize(
    ("bodies", "certainty"),
    [(({"object": 1}, GOOD), Certainty.FLAKY), (({"object": 1},), Certainty.REPEATED)],
)
def test_a_finding_is_repeated_before_it_is_believed(
    bodies: tuple[object, ...], certainty: Certainty
) -> None:
    """A breach that is there again is repeated, and one that is not is flaky with both answers."""
    options = Options(checks=("documented_answers",))
    with mock_in_process(Fake()) as target, line(answering(*bodies), Limits()) as open_line:
        run = Run(options, target, open_line)
        session: WireSession = open_line.session
        session.send(READ)
        run.look()
        findings = run.findings_of("documented_answers")

    assert CONTRACT.match("GET", READ.path) is not None
    assert {each.certainty for each in findings} == {certainty}
    assert all(bool(each.other_answer) is (certainty is Certainty.FLAKY) for each in findings)
