"""Every job that exists is listed."""

from collections.abc import Iterator

from contract_tests.checks.check import LifeCycle, having
from contract_tests.checks.reading import breach
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life
from openapi.contract.evidence import Evidence


def _look(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    for walk in life.walks:
        last = walk.pages[-1] if walk.pages else None
        if last is None or not last.answer or last.reply.object.get("has_more") is not False:
            continue
        listed = {str(each.get("id")) for each in walk.entries()}
        for job in walk.jobs:
            if job not in listed and job not in walk.gone:
                expected = "every job of the caller in the list"
                yield breach(walk.pages[0], expected, f"a list without {job}", key="missing")


CHECK = LifeCycle(
    name="list_complete",
    holds="The list holds every job of the caller that was not deleted.",
    source="OpenAI API spec, ListVideos",
    evidence=Evidence.VERIFIED,
    applies=having("listVideos"),
    look=_look,
    walks=True,
)
