"""A deleted job is gone everywhere."""

from collections.abc import Iterator

from contract_tests.checks.check import LifeCycle, having
from contract_tests.checks.reading import breach, is_success
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, ListWalk, Moment
from openapi.contract.evidence import Evidence

_UNKNOWN = "video_not_found"
_AFTER = (
    Moment.SECOND_DELETE,
    Moment.RETRIEVE_AFTER_DELETE,
    Moment.QUERY_AFTER_DELETE,
    Moment.CONTENT_AFTER_DELETE,
    Moment.REMIX_AFTER_DELETE,
)


def _look(contract: TargetContract, life: Life) -> Iterator[Breach]:
    for trace in life.having(Moment.DELETE):
        delete = trace.at(Moment.DELETE)[0]
        if not is_success(delete):
            yield breach(delete, "200 for the deletion of a job that exists", key="delete")
            continue
        if delete.reply.object.get("id") != trace.job:
            yield breach(delete, f"the id {trace.job} of what was deleted", key="id")
        for moment in _AFTER:
            for exchange in trace.at(moment):
                gone = contract.status_of(_UNKNOWN, exchange.operation)
                if exchange.status != gone:
                    yield breach(exchange, f"{gone} for {moment}", key=moment.name)
    for walk in life.walks:
        yield from _listed(walk)


def _listed(walk: ListWalk) -> Iterator[Breach]:
    for page in walk.pages:
        listed = {str(each.get("id")) for each in page.entries}
        if still := listed & set(walk.gone):
            yield breach(page, "a list without deleted jobs", f"a list with {min(still)}",
                         key="list")  # fmt: skip


CHECK = LifeCycle(
    name="deletion",
    holds="A deleted job is 404 to every operation and in no list; deleting it again is a 404.",
    source="OpenAI API spec, DeleteVideo",
    evidence=Evidence.VERIFIED,
    applies=having("deleteVideo"),
    look=_look,
    moments=frozenset({Moment.DELETE}),
)
