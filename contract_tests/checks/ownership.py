"""A job is its owner's: to every other key it does not exist."""

from collections.abc import Iterator

from contract_tests.checks.check import LifeCycle
from contract_tests.checks.reading import breach, is_success, videos_in
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, Moment
from openapi.contract.evidence import Evidence

_FORBIDDEN = 403
_UNKNOWN = "video_not_found"
_MOMENTS = (
    Moment.OTHER_KEY_RETRIEVE,
    Moment.OTHER_KEY_QUERY,
    Moment.OTHER_KEY_CONTENT,
    Moment.OTHER_KEY_DELETE,
    Moment.OTHER_KEY_LIST,
)


def _look(contract: TargetContract, life: Life) -> Iterator[Breach]:
    for trace in life.traces:
        for moment in _MOMENTS[:-1]:
            for exchange in trace.at(moment):
                unknown = contract.status_of(_UNKNOWN, exchange.operation)
                if exchange.status not in (_FORBIDDEN, unknown):
                    yield breach(exchange, f"{unknown} for {moment}", key=moment.name)
        for exchange in trace.at(Moment.OTHER_KEY_LIST):
            ids = {str(each.get("id")) for each in videos_in(exchange.reply.json)}
            if is_success(exchange) and trace.job in ids:
                yield breach(exchange, "a list without somebody else's jobs",
                             f"a list with {trace.job}", key="list")  # fmt: skip


CHECK = LifeCycle(
    name="ownership",
    holds="Another account's key finds none of a caller's jobs: not by id, not in its list.",
    source="OpenAI: jobs are scoped to their project; new-api scopes tasks to their owner",
    evidence=Evidence.VERIFIED,
    look=_look,
    moments=frozenset(_MOMENTS),
)
