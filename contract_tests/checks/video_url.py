"""The address of a finished video is one that a client can go to."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from contract_tests.checks.check import LifeCycle
from contract_tests.checks.reading import breach, quoted
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, Moment
from openapi.contract.evidence import Evidence

_FIELDS = ("video_url", "thumbnail_url")


def _look(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    for trace in life.traces:
        seen = (*trace.states(), *((each, each.reply.object) for each in trace.at(Moment.QUERY)))
        for exchange, state in seen:
            for name in _FIELDS:
                if state.get(name) is not None and not _is_address(state[name]):
                    yield breach(exchange, f"{name} that is an absolute web address, or null",
                                 f"{name}: {quoted(state[name])}", key=name)  # fmt: skip
            if state.get("video_url") and not trace.stages.completed(state.get("status")):
                yield breach(exchange, "video_url only when completed",
                             f"video_url while {state.get('status')}", key="early")  # fmt: skip


def _is_address(value: object) -> bool:
    try:
        found = urlsplit(str(value))
    except ValueError:
        return False
    return found.scheme in ("http", "https") and bool(found.netloc)


CHECK = LifeCycle(
    name="video_url",
    holds="video_url is an absolute web address, and there is none before the job completed.",
    source="chainhub 363309789, completed example; new-api hands out web addresses",
    evidence=Evidence.VERIFIED,
    look=_look,
)
