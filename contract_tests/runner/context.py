"""What the stages of a run share."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from contract_tests.checks.check import Check, Passive
from contract_tests.contract.target_contract import TargetContract
from contract_tests.findings.finding import Finding
from contract_tests.guard.connection import (
    ENTRANCE,
    Entrance,
    GuardedConnection,
    open_connection,
)
from contract_tests.guard.guard import Observe, unobserved
from contract_tests.guard.halt import Halt
from contract_tests.guard.policy import JobSlots
from contract_tests.lifecycle.observer import Extent, Observer
from contract_tests.lifecycle.planned_jobs import PlannedJob
from contract_tests.reports.spending import Spending
from contract_tests.runner.findings import Findings
from contract_tests.runner.options import Options
from contract_tests.runner.passive import ExchangeExaminer, FailFast
from contract_tests.runner.plan import observes_jobs, planned
from contract_tests.runner.progress import Counts, Progress
from contract_tests.runner.spending import PriceList
from contract_tests.targets.target import Capability, Target
from contract_tests.wire.session import Session
from openapi.catalogue.models import load_catalogue

C = TypeVar("C", bound=Check)


@dataclass(frozen=True)
class RunContext:
    """A run in progress.

    Its collectors hold what was found so far at any time, also when the run was interrupted.

    Attributes:
        jobs: the jobs to create, and ``plan`` what the reports say of them.
        findings: what was found, and which checks have examined all that they were to examine.
        examiner: runs the passive checks over the exchanges.
        observer: creates the jobs and records their exchanges.
        fail_fast: whether the run is to end at its first finding.
        progress: what the run does at present.
    """

    options: Options
    target: Target
    connection: GuardedConnection
    jobs: tuple[PlannedJob, ...]
    plan: Spending
    prices: PriceList
    findings: Findings
    examiner: ExchangeExaminer
    observer: Observer
    fail_fast: FailFast
    progress: Progress

    @property
    def contract(self) -> TargetContract:
        """The contract that the target is held to."""
        return self.connection.session.contract

    @property
    def halt(self) -> Halt:
        """What ends all sending early."""
        return self.connection.guard.halt

    @property
    def spending(self) -> Spending:
        """The jobs planned and created so far."""
        guard = self.connection.guard
        made = self.prices.jobs_made(guard.policy.ledger.entries, guard.exchanges)
        return replace(self.plan, made=made)

    def counts(self) -> Counts:
        """The requests, jobs and money used up so far."""
        policy = self.connection.guard.policy
        return Counts(
            requests=policy.requests,
            most_requests=policy.limits.max_requests,
            jobs=self.spending.text,
        )

    def session(self, sender: str) -> Session:
        """A session that records its exchanges under a sender's name."""
        return self.connection.session.named(sender)

    def checks(self, kind: type[C]) -> list[C]:
        """The chosen checks of a kind that apply to the contract."""
        chosen = self.options.chosen_checks()
        return [each for each in chosen if isinstance(each, kind) and each.applies(self.contract)]

    def require_more(self) -> None:
        """End the run if it is to fail fast and has failed.

        Raises:
            EnoughError: it has.
        """
        self.fail_fast.require_more(self.findings.by_identity.values())

    def wants_more(self, found: Sequence[Finding]) -> bool:
        """Whether more requests are to be sent; ``found`` are findings not yet in ``findings``."""
        return self.fail_fast.wants_more(self.examiner, found)


@contextmanager
def open_run(
    options: Options,
    target: Target,
    contract: TargetContract,
    *,
    halt: Halt | None = None,
    fail_fast: FailFast | None = None,
    progress: Progress | None = None,
    observe: Observe = unobserved,
    entrance: Entrance = ENTRANCE,
) -> Iterator[RunContext]:
    """A run against a target that has sent nothing yet; its guard is closed with the block.

    Args:
        observe: is called with each exchange as soon as it is complete.
        entrance: how requests of others come to the guard.

    Raises:
        UsageError: the contract has no such variant as the options name.
    """
    limits = options.run_limits(target)
    jobs, spending = planned(options, target, contract)
    is_free = Capability.FREE in target.capabilities
    extent = Extent(
        tail=2 if options.quick else 3,
        closed=Capability.CONTROL in target.capabilities,
        thorough=is_free and not options.quick,
    )
    prices = PriceList(target.tested_part(contract), load_catalogue(options.models))
    with open_connection(
        target,
        contract,
        limits,
        halt,
        observe=observe,
        price=prices.of,
        entrance=entrance,
    ) as connection:
        session = connection.session
        progress = progress or Progress()
        slots = JobSlots(len(jobs))
        # Without a job to observe, the budget alone limits what a target accepts wrongly.
        connection.guard.policy.plan = slots if observes_jobs(options) else None
        findings = Findings()
        chosen = options.chosen_checks()
        passive = [
            each for each in chosen if isinstance(each, Passive) and each.applies(session.contract)
        ]
        context = RunContext(
            options=options,
            target=target,
            connection=connection,
            jobs=jobs,
            plan=spending,
            prices=prices,
            findings=findings,
            examiner=ExchangeExaminer(
                passive,
                connection.guard.exchanges,
                session,
                findings,
                # Clients' own traffic is looked at only.
                confirms=not entrance.transparent,
            ),
            observer=Observer(
                session.named("life"),
                target.pace,
                extent,
                target.url,
                slots.taking,
                progress.wait,
            ),
            fail_fast=fail_fast or FailFast(),
            progress=progress,
        )
        progress.counts = context.counts
        yield context
