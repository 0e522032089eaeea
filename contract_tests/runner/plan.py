"""Plans a run without sending anything: its jobs, and how many requests it takes."""

from dataclasses import dataclass

from contract_tests.checks.check import LifeCycle, Probe
from contract_tests.contract.target_contract import TargetContract
from contract_tests.lifecycle.planned_jobs import PlannedJob, failing, plan_jobs
from contract_tests.runner.options import Options, UsageError
from contract_tests.targets.target import Capability, Target
from openapi.catalogue.models import load_catalogue

_REQUESTS_A_PROBE = 30
_REQUESTS_A_JOB = 60
_COVERAGE = 1200
_QUICK_JOBS = 3
# Where the job that fails comes: with a small budget two that complete are worth more.
_BEFORE_FAILING = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do.

    Attributes:
        parts: what requests are for, and about how many.
        budget: how many jobs may be created; None without limit.
        max_requests: how many requests may be sent; None without limit.
    """

    target: str
    billable: bool
    parts: tuple[tuple[str, int], ...]
    jobs: tuple[PlannedJob, ...]
    budget: int | None
    max_requests: int | None

    @property
    def requests(self) -> int:
        """How many requests at most."""
        counted = sum(count for _, count in self.parts)
        return counted if self.max_requests is None else min(counted, self.max_requests)

    @property
    def usd(self) -> float | None:
        """What the jobs cost at list price, 0 where they are free; None if a price is unknown."""
        if not self.billable:
            return 0.0
        prices = [each.usd for each in self.jobs]
        known = [price for price in prices if price is not None]
        return round(sum(known), 2) if len(known) == len(prices) else None


def jobs_to_create(
    options: Options, target: Target, contract: TargetContract, budget: int | None
) -> tuple[PlannedJob, ...]:
    """At most ``budget`` jobs, the most useful first; None is without limit.

    Raises:
        UsageError: the contract has no such variant as the options name.
    """
    if not any(isinstance(check, LifeCycle) for check in options.chosen_checks()):
        return ()
    try:
        found = plan_jobs(contract, load_catalogue(options.models), options.variant)
    except ValueError as error:
        raise UsageError(f"--variant: {error}") from error
    if options.quick and options.variant is None:
        found = found[:_QUICK_JOBS]
    if found and Capability.FAILURES in target.capabilities:
        found.insert(_BEFORE_FAILING, failing(found[0]))
    return tuple(found[:budget])


def one_job_of_each_kind(options: Options, contract: TargetContract) -> list[PlannedJob]:
    """A job for each operation that creates one, in each media type."""
    found = plan_jobs(contract, load_catalogue(options.models))
    kinds = {(each.variant.operation, each.variant.media_type): each for each in reversed(found)}
    return list(kinds.values())


def plan(options: Options, target: Target, contract: TargetContract) -> Plan:
    """The plan of a run."""
    limits = options.run_limits(target).limits
    probes = sum(isinstance(check, Probe) for check in options.chosen_checks())
    jobs = jobs_to_create(options, target, contract, limits.budget)
    depth = options.depth(target)
    generated = len(contract.operations) * depth.examples * 4 + _COVERAGE * depth.coverage
    parts = [
        ("looking whether the target is there", 3),
        (f"{probes} checks that send what costs nothing", probes * _REQUESTS_A_PROBE),
        ("Schemathesis", generated * options.fuzzes),
        (f"{len(jobs)} jobs, observed until their end", len(jobs) * _REQUESTS_A_JOB),
    ]
    used = tuple((what, count) for what, count in parts if count)
    return Plan(target.name, target.billable, used, jobs, limits.budget, limits.max_requests)
