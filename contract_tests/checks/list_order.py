"""A list is in order of creation, newest first unless asked otherwise."""

from collections.abc import Iterator

from contract_tests.checks.check import LifeCycle, having
from contract_tests.checks.reading import breach, number
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach
from contract_tests.lifecycle.trace import Life, ListWalk
from openapi.contract.evidence import Evidence


def _look(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    for walk in life.walks:
        yield from _by_time(walk)
        yield from _by_birth(walk)


def _by_time(walk: ListWalk) -> Iterator[Breach]:
    rising = walk.order == "asc"
    for page in walk.pages:
        times = [number(each.get("created_at")) for each in page.entries]
        known = [time for time in times if time is not None]
        if known != sorted(known, reverse=not rising):
            yield breach(page, f"jobs in order of created_at, {_words(walk)}", f"{known[:6]}",
                         key=f"time {walk.order}")  # fmt: skip


def _by_birth(walk: ListWalk) -> Iterator[Breach]:
    """Jobs that the run made one after the other, even within one second."""
    listed = [str(each.get("id")) for each in walk.entries()]
    known = [job for job in dict.fromkeys(listed) if job in walk.jobs]
    born = [job for job in walk.jobs if job in known]
    wanted = born if walk.order == "asc" else born[::-1]
    if known != wanted:
        yield breach(walk.pages[0], f"jobs in order of their creation, {_words(walk)}",
                     f"{', '.join(known[:4])}", key=f"birth {walk.order}")  # fmt: skip


def _words(walk: ListWalk) -> str:
    return "oldest first" if walk.order == "asc" else "newest first"


CHECK = LifeCycle(
    name="list_order",
    holds="The list is in order of creation: newest first, or oldest first with order=asc.",
    source="OpenAI API spec, ListVideos.order",
    evidence=Evidence.VERIFIED,
    applies=having("listVideos"),
    look=_look,
    walks=True,
)
