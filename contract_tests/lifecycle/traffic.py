"""The jobs in the traffic of clients, as traces for the checks of a job's life."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from contract_tests.contract.target_contract import TargetContract
from contract_tests.guard.classification import fields_of, referenced_id
from contract_tests.lifecycle.trace import Moment, Trace
from contract_tests.wire.exchange import Exchange

_CREATES = {"createVideo": "videos", "remixVideo": "videos", "createUnifiedVideo": "unified"}
_POLLS = {"retrieveVideo": "videos", "queryUnifiedVideo": "unified"}
_NOT_WAITED_FOR = "the client did not poll it to its end"


@dataclass
class _Job:
    family: str
    create: Exchange
    polls: list[Exchange] = field(default_factory=list)
    is_deleted: bool = False

    def add(self, exchange: Exchange) -> None:
        """Add a poll, unless it was on its way together with the one before.

        Two responses that were on their way together have no order.
        """
        before = (self.polls or [self.create])[-1]
        if not self.is_deleted and _started_s(exchange) >= before.at_s:
            self.polls.append(exchange)


def traces_in(contract: TargetContract, exchanges: Sequence[Exchange]) -> tuple[Trace, ...]:
    """A trace of each job whose creation is in the traffic, with the polls of its own format."""
    jobs: dict[str, _Job] = {}
    for each in exchanges:
        if each.reply_or_none is None:
            continue
        job = each.reply.job
        if each.operation in _CREATES and each.status < 300 and job:
            jobs[job] = _Job(_CREATES[each.operation], each)
        elif each.operation in _POLLS:
            _poll(contract, each, jobs)
        elif each.operation == "deleteVideo" and (gone := _job_of(contract, each, jobs)):
            gone.is_deleted = True
    return tuple(_traces(contract, jobs))


def _poll(contract: TargetContract, exchange: Exchange, jobs: dict[str, _Job]) -> None:
    found = _job_of(contract, exchange, jobs)
    if found and found.family == _POLLS[exchange.operation]:
        found.add(exchange)


def _job_of(contract: TargetContract, exchange: Exchange, jobs: dict[str, _Job]) -> _Job | None:
    named = referenced_id(contract, exchange.request)
    return jobs.get(named) or jobs.get(exchange.reply.job)


def _traces(contract: TargetContract, jobs: dict[str, _Job]) -> Iterator[Trace]:
    for number, (name, job) in enumerate(jobs.items(), start=1):
        steps = [(Moment.CREATE, job.create), *((Moment.POLL, each) for each in job.polls)]
        statuses = [each.state.get("status") for each in job.polls]
        ended = any(map(contract.stages.ended, statuses))
        yield Trace(
            name=f"J{number}",
            job=name,
            family=job.family,
            variant=None,
            sent=fields_of(contract, job.create.request),
            steps=tuple(steps),
            ended=ended,
            given_up="" if ended else _NOT_WAITED_FOR,
            stages=contract.stages,
        )


def _started_s(exchange: Exchange) -> float:
    return exchange.at_s - exchange.reply.elapsed_s
