"""What a run would send, make and cost, worked out without sending anything."""

from dataclasses import dataclass

from contract_tests.checks.check import LifeCycle, Probe
from contract_tests.contract.target_contract import TargetContract
from contract_tests.lifecycle.orders import Order, failing, orders
from contract_tests.runner.capabilities import Capability
from contract_tests.runner.options import Options, UsageError
from contract_tests.runner.targets import Target
from openapi.catalogue.models import load_catalogue

_REQUESTS_A_PROBE = 30
_REQUESTS_A_JOB = 60
_REQUESTS_AN_EXAMPLE = 14
_COVERAGE = 1200
_QUICK_JOBS = 3
# With a small budget two jobs that complete are worth more than one that fails.
_BEFORE_FAILING = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """A run that has not begun. ``usd`` is None where a price is unknown."""

    target: str
    billable: bool
    parts: tuple[tuple[str, int], ...]
    jobs: tuple[Order, ...]
    budget: int | None
    max_requests: int | None

    @property
    def requests(self) -> int:
        """How many requests at most."""
        counted = sum(count for _, count in self.parts)
        return counted if self.max_requests is None else min(counted, self.max_requests)

    @property
    def usd(self) -> float | None:
        """What the jobs cost at list price; nothing where creating is free."""
        if not self.billable:
            return 0.0
        prices = [each.usd for each in self.jobs]
        known = [price for price in prices if price is not None]
        return round(sum(known), 2) if len(known) == len(prices) else None


def planned(
    options: Options, target: Target, contract: TargetContract, left: int | None
) -> tuple[Order, ...]:
    """The jobs to make, those first that cover most; ``left`` may be made, None: any number.

    Raises:
        UsageError: the contract has no such variant as the options name.
    """
    if not any(isinstance(check, LifeCycle) for check in options.chosen_checks()):
        return ()
    try:
        found = orders(contract, load_catalogue(options.models), options.variant)
    except ValueError as error:
        raise UsageError(f"--variant: {error}") from error
    if options.quick and options.variant is None:
        found = found[:_QUICK_JOBS]
    if found and Capability.FAILURES in target.capabilities:
        found.insert(_BEFORE_FAILING, failing(found[0]))
    return tuple(found[:left])


def cheapest(options: Options, contract: TargetContract) -> list[Order]:
    """Some jobs that are quickly made: one of each family and media type."""
    found = orders(contract, load_catalogue(options.models))
    kinds = {(each.variant.operation, each.variant.media_type): each for each in reversed(found)}
    return list(kinds.values())


def plan(options: Options, target: Target, contract: TargetContract) -> Plan:
    """The plan of a run."""
    checks = options.chosen_checks()
    limits = options.run_limits(target).limits
    probes = sum(isinstance(check, Probe) for check in checks)
    jobs = planned(options, target, contract, limits.budget)
    depth = options.depth(target)
    fuzzed = len(contract.operations) * depth.examples * 4 + _COVERAGE * depth.coverage
    parts = [
        ("looking whether the target is there", 3),
        (f"{probes} checks that send what costs nothing", probes * _REQUESTS_A_PROBE),
        ("Schemathesis", fuzzed * options.fuzzes),
        (f"{len(jobs)} jobs, observed from beginning to end", len(jobs) * _REQUESTS_A_JOB),
    ]
    used = tuple((what, count) for what, count in parts if count)
    return Plan(target.name, target.billable, used, tuple(jobs), limits.budget, limits.max_requests)
