"""A finished video is given to its owner's key alone."""

from collections.abc import Iterator

from contract_tests.checks.check import LifeCycle, having
from contract_tests.checks.reading import breach
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, Moment
from openapi.contract.evidence import Evidence

_SITUATION = "missing_api_key"
_CONTENT = "downloadVideoContent"


def _look(contract: TargetContract, life: Life) -> Iterator[Breach]:
    told = contract.status_of(_SITUATION, _CONTENT)
    for trace in life.traces:
        for exchange in trace.at(Moment.CONTENT_WITHOUT_KEY):
            if exchange.status != told:
                yield breach(exchange, f"{told} for content without a key", key="no key")


CHECK = LifeCycle(
    name="content_key",
    holds="The content of a finished job is not given without a key.",
    source="sora-character:119, sora-image:129, veo-image:119",
    evidence=Evidence.DOCUMENTED,
    applies=having("downloadVideoContent"),
    look=_look,
    moments=frozenset({Moment.CONTENT_WITHOUT_KEY}),
)
