"""Checks of how many jobs there are: one for each create, none for a refused one."""

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.checks.aspects import Aspect, only
from contract_tests.checks.breaches import breach, is_success
from contract_tests.checks.broken_requests import documented_body, with_changes
from contract_tests.checks.check import Results, having, life_cycle, probe
from contract_tests.contract.bodies import request_of
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Breach, Skipped
from contract_tests.guard.classification import NO_MODEL
from contract_tests.lifecycle.trace import Life, ListWalk, Moment
from contract_tests.targets.target import Capability
from contract_tests.wire.exchange import Exchange, Request, id_of
from contract_tests.wire.session import Session
from openapi.contract.evidence import Evidence

_CREATES = ("createVideo", "createUnifiedVideo")
_BEFORE_AND_AFTER = 2
_NOT_LISTED = "the list was not read before and after refusals, or others may use the account"
# Two jobs of one request have these in common.
_OF_REQUEST = ("created_at", "model", "seconds", "size")


@probe(
    aspect=Aspect.RULES,
    at=only("createVideo"),
    source="good practice: what is refused costs nothing",
    evidence=Evidence.INFERRED,
    applies=having("listVideos", "createVideo"),
)
def refused_creates(session: Session) -> Results:
    """A refused create makes no job: the list is the same before and after it."""
    before = _listed(session)
    if before is None:
        yield Skipped("listVideos", "the list cannot be read")
        return
    sent = list(_refused(session))
    after = _listed(session)
    if after is None or any(map(is_success, sent)):
        return
    new = [job for job in after if job not in before]
    is_alone = Capability.CONTROL in session.capabilities
    # In an account that others use, jobs of theirs may have come in the meantime.
    if new and (is_alone or len(new) >= len(sent) - 1):
        yield breach(sent[0], "no job after a create that was refused",
                     f"{new[0]} is new in the list", key="made")  # fmt: skip


@life_cycle(
    aspect=Aspect.RULES,
    at=only("createVideo"),
    source="good practice: what is refused costs nothing",
    evidence=Evidence.INFERRED,
    applies=having("listVideos", "createVideo"),
    walks=True,
)
def refusals_make_nothing(_contract: TargetContract, life: Life) -> Results:
    """The list has no more jobs after all requests that were refused than before them."""
    if len(life.refusals) < _BEFORE_AND_AFTER:
        yield Skipped("listVideos", _NOT_LISTED)
        return
    before, after = life.refusals
    known = {id_of(each) for each in before.entries()} | set(after.jobs)
    new = [job for job in map(id_of, after.entries()) if job not in known]
    if new:
        yield breach(after.pages[0], "no jobs but those of requests that were accepted",
                     f"{len(new)} more, {new[0]} the latest",
                     operation="createVideo", key="refused")  # fmt: skip


def _refused(session: Session) -> Iterator[Exchange]:
    for operation in filter(session.contract.has, _CREATES):
        variant = session.contract.operation(operation).variants[0]
        # Two rules are broken, so that a target that does not hold one of them makes no job.
        fields = with_changes(documented_body(variant, ""), {"model": NO_MODEL, "prompt": None})
        request = request_of(variant, fields)
        yield session.send(request)
        yield session.send(request.with_headers(authorization=None))


def _listed(session: Session) -> list[str] | None:
    exchange = session.send(Request("GET", session.contract.operation("listVideos").path))
    return [id_of(each) for each in exchange.entries] if is_success(exchange) else None


@life_cycle(
    aspect=Aspect.AGREEMENT,
    at=only("createVideo"),
    source="good practice: each create is paid for once",
    evidence=Evidence.INFERRED,
    applies=having("listVideos", "createVideo"),
    walks=True,
)
def one_job_each(_contract: TargetContract, life: Life) -> Iterator[Breach]:
    """Each create makes one job: afterwards the list has no others that are like it."""
    if not life.walks:
        return
    before = {id_of(each) for each in life.walks[0].entries()}
    created = [
        (trace.job, state)
        for trace in life.traces
        for state in (each.reply.object for each in trace.at(Moment.CREATE)[:1])
        if trace.job
    ]
    for walk in life.walks[1:]:
        for page in walk.pages:
            for entry in page.entries:
                if id_of(entry) not in (*before, *walk.jobs, *walk.gone):
                    yield from _stranger(walk, page, entry, created)


def _stranger(
    walk: ListWalk,
    page: Exchange,
    entry: Mapping[str, Any],
    created: list[tuple[str, Mapping[str, Any]]],
) -> Iterator[Breach]:
    """A breach by a job that is new in the list, though the run has not created it."""
    for job, state in created:
        known = [name for name in _OF_REQUEST if name in state]
        if known and all(entry.get(name) == state[name] for name in known):
            yield breach(page, f"one job for the create of {job}", f"{id_of(entry)} is like it",
                         operation="createVideo", key="copy")  # fmt: skip
            return
    if walk.closed:
        yield breach(page, "no jobs but those that were created", f"{id_of(entry)} as well",
                     key="stranger")  # fmt: skip
