"""Plans a run without sending anything: its jobs, and how many requests it takes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from contract_tests.checks.check import LifeCycle, Probe
from contract_tests.contract.target_contract import TargetContract
from contract_tests.lifecycle.job_options import with_options
from contract_tests.lifecycle.planned_jobs import PlannedJob, failing, plan_jobs, within
from contract_tests.reports.spending import Job, Spending, counted, money
from contract_tests.reports.wording import price
from contract_tests.runner.options import Options, UsageError
from contract_tests.targets.target import Capability, Target
from openapi.catalogue.models import load_catalogue

_REQUESTS_A_PROBE = 30
_REQUESTS_A_JOB = 60
_COVERAGE = 1200
_AT_STAKE = "what the target accepts although it must refuse it takes the place of the last job"
_NOTHING_AT_STAKE = "what the target may accept although it must refuse it is not sent"
_BUDGET_AT_STAKE = "what the target accepts although it must refuse it uses the budget"
_QUICK_JOBS = 3
# Where the job that fails comes: with a small budget two that complete are worth more.
_BEFORE_FAILING = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do.

    Attributes:
        parts: what requests are for, and about how many.
        jobs: the jobs that it would create, and the one that a larger budget would add.
        observes_jobs: whether jobs are created to be observed.
        max_requests: how many requests may be sent; None without limit.
    """

    target: str
    parts: tuple[tuple[str, int], ...]
    jobs: Spending
    observes_jobs: bool
    max_requests: int | None

    @property
    def requests(self) -> int:
        """How many requests at most."""
        counted = sum(count for _, count in self.parts)
        return counted if self.max_requests is None else min(counted, self.max_requests)

    def lines(self) -> Iterator[str]:
        """The jobs of the plan and their price, as text."""
        spending = self.jobs
        for number, job in enumerate(spending.planned, start=1):
            cost = price(job.usd) if spending.billable else "free"
            yield f"job {number:<5} {cost}  {job.request}"
        if spending.budget is not None:
            yield f"          {self._at_stake}"
        allowed = "without limit" if spending.budget is None else f"of {spending.budget} allowed"
        cost = f"list price {money(spending.planned)}" if spending.billable else "free"
        yield f"jobs      {len(spending.planned)} {allowed}, {cost}; nothing was sent"
        if spending.more is not None:
            cost = price(spending.more.usd) if spending.billable else "free"
            yield f"one more  {cost}  {spending.more.request}"

    @property
    def _at_stake(self) -> str:
        if not self.observes_jobs and self.jobs.budget:
            return _BUDGET_AT_STAKE
        return _AT_STAKE if len(self.jobs.planned) > 1 else _NOTHING_AT_STAKE


def observes_jobs(options: Options) -> bool:
    """Whether any chosen check is about the life of jobs, so that a run creates some."""
    return any(isinstance(check, LifeCycle) for check in options.chosen_checks())


def planned(
    options: Options, target: Target, contract: TargetContract
) -> tuple[tuple[PlannedJob, ...], Spending]:
    """The jobs that a run creates, the most useful first and a remix last, and what they cost.

    Raises:
        UsageError: the contract has no such variant as the options name.
    """
    budget = options.run_limits(target).limits.budget
    found = _jobs_without_limit(options, target, contract)
    jobs = within(found, contract, budget)
    larger = () if budget is None else within(found, contract, budget + 1)
    more = [_job(each) for each in larger if each not in jobs]
    spending = Spending(
        billable=target.billable,
        budget=budget,
        planned=tuple(map(_job, jobs)),
        more=next(iter(more), None),
    )
    return jobs, spending


def _jobs_without_limit(
    options: Options, target: Target, contract: TargetContract
) -> Sequence[PlannedJob]:
    """The jobs of a run that has no budget."""
    if not observes_jobs(options):
        return ()
    try:
        found = plan_jobs(contract, load_catalogue(options.models), options.variant)
    except ValueError as error:
        raise UsageError(f"--variant: {error}") from error
    if options.quick and options.variant is None:
        found = found[:_QUICK_JOBS]
    plain, found = found, with_options(found, contract)
    if found and Capability.FAILURES in target.capabilities:
        found.insert(_BEFORE_FAILING, failing(plain[0]))
    if found and options.variant is None:
        # An equal order shows whether each gets a job of its own.
        found.append(replace(found[0], again=True))
    return found


def _job(planned_job: PlannedJob) -> Job:
    return Job(request=planned_job.shown, usd=planned_job.usd)


def one_job_of_each_kind(options: Options, contract: TargetContract) -> list[PlannedJob]:
    """A job for each operation that creates one, in each media type."""
    found = plan_jobs(contract, load_catalogue(options.models))
    kinds = {(each.variant.operation, each.variant.media_type): each for each in reversed(found)}
    return list(kinds.values())


def plan(options: Options, target: Target, contract: TargetContract) -> Plan:
    """The plan of a run."""
    limits = options.run_limits(target).limits
    probes = sum(isinstance(check, Probe) for check in options.chosen_checks())
    jobs, spending = planned(options, target, contract)
    lives = sum(not each.is_remix for each in jobs)
    depth = options.depth(target)
    generated = len(contract.operations) * depth.examples * 4 + _COVERAGE * depth.coverage
    parts = [
        ("looking whether the target is there", 3),
        (f"{probes} checks that send what costs nothing", probes * _REQUESTS_A_PROBE),
        ("Schemathesis", generated * options.fuzzes),
        (f"{counted(lives, 'job')}, observed until the end", lives * _REQUESTS_A_JOB),
    ]
    used = tuple((what, count) for what, count in parts if count)
    return Plan(target.name, used, spending, observes_jobs(options), limits.max_requests)
