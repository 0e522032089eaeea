"""Makes the report of a run."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from contract_tests.checks.check import Check, LifeCycle
from contract_tests.findings.deviations import Deviation, sort
from contract_tests.findings.finding import NotChecked
from contract_tests.guard.connection import deleted
from contract_tests.guard.policy import UNLISTED
from contract_tests.reports.report import (
    JobRecord,
    ObservedState,
    Report,
    Verdict,
    verdict_of,
)
from contract_tests.runner.context import RunContext
from contract_tests.runner.options import EXTRA
from contract_tests.runner.stages.availability import is_outage, why_no_job
from contract_tests.wire.exchange import number

_LONGEST_STATUS = 40
_EXTRA_CHECKS = {
    "schemathesis": "Schemathesis' own checks hold for what its phases generate.",
    "state-machine": "A job does what its model does, in any order of calls.",
}


@dataclass(frozen=True)
class Ending:
    """How a run ended.

    Attributes:
        verdict: the verdict of a run that ended early; None where the findings decide.
        why: why it ended early; empty where it did not.
        has_run: whether the target was available, so that stages have run.
    """

    verdict: Verdict | None = None
    why: str = ""
    has_run: bool = False

    @property
    def is_early(self) -> bool:
        """Whether the run ended before its end."""
        return self.verdict is not None or bool(self.why)


def report_of(
    context: RunContext, ending: Ending, known: Sequence[Deviation], timing: tuple[str, float]
) -> Report:
    """The report of a run; ``timing`` is when it started and how many seconds it took."""
    options, guard = context.options, context.connection.guard
    complete = not ending.is_early and not options.checks
    found = tuple(context.findings.by_identity.values())
    sorted_ = sort(found, known, datetime.now(UTC).date(), complete=complete)
    no_job = why_no_job(context.observer.life())
    not_checked = _not_checked(context, ending.why or no_job)
    verdict = ending.verdict
    if verdict is None or (verdict is Verdict.UNAVAILABLE and ending.has_run):
        judged = verdict_of(
            sorted_.open,
            options.rules,
            not_checked=not_checked,
            complaints=sorted_.complaints,
            unavailable=ending.why if verdict else no_job,
        )
        verdict = Verdict.UNAVAILABLE if is_outage(guard.exchanges) else judged
    if verdict is Verdict.CLEAN and context.halt.why:
        verdict = Verdict.INTERRUPTED
    return Report(
        verdict=verdict,
        target=context.target.name,
        target_url=context.target.url,
        dialect=options.dialect,
        seed=options.seed,
        started=timing[0],
        duration_s=timing[1],
        requests=guard.policy.requests,
        requests_by_sender=dict(Counter(each.sender for each in guard.exchanges)),
        findings=sorted_.open,
        accepted=sorted_.accepted,
        complaints=sorted_.complaints,
        not_checked=(*not_checked, *_beyond_budget(context)),
        checks=_checks(context),
        jobs_created=guard.policy.ledger.ids,
        jobs_deleted=deleted(context.connection),
        budget_jobs=guard.policy.limits.budget,
        rules=options.rules,
        trouble=ending.why or no_job,
        spending=context.spending,
        exchanges=tuple(guard.exchanges),
        jobs=tuple(_jobs(context)),
    )


def _jobs(context: RunContext) -> Iterator[JobRecord]:
    """The jobs that were observed, with what each response about them showed."""
    planned = {f"J{place}": job for place, job in enumerate(context.jobs, start=1)}
    for trace in context.observer.life().traces:
        states = list(trace.states())
        start_s = states[0][0].at_s if states else 0.0
        job = planned.get(trace.name)
        yield JobRecord(
            name=trace.name,
            job=trace.job,
            request=job.shown if job else "created before the run",
            usd=job.usd if job else None,
            states=tuple(
                ObservedState(
                    at_s=exchange.at_s - start_s,
                    status=str(state.get("status"))[:_LONGEST_STATUS],
                    stage=trace.stages.stage(state.get("status")),
                    progress=number(state.get("progress")),
                )
                for exchange, state in states
            ),
        )


def _not_checked(context: RunContext, why: str) -> tuple[NotChecked, ...]:
    guard = context.connection.guard
    gaps = [*context.findings.not_checked.values()]
    gaps += _unexamined(context, why or "the run was over before")
    if guard.policy.lost:
        text = (
            f"{guard.policy.lost} creates had no answer that names a job: there may be jobs of it"
        )
        gaps.append(NotChecked("guard", "", text))
    # Refusals that no check has reported. A request for an operation that the contract does not
    # have leaves no gap.
    known = {each.reason for each in gaps}
    for reason, count in guard.refusals.items():
        if reason not in known and not reason.startswith(UNLISTED):
            gaps.append(NotChecked("guard", "", f"{reason} ({count} requests)"))
    return tuple(gaps)


def _beyond_budget(context: RunContext) -> Iterator[NotChecked]:
    """What one job more would add: no budget is too small to be judged, so no gap for --strict."""
    more, budget = context.plan.more, context.plan.budget
    if more is not None and budget is not None and context.checks(LifeCycle):
        yield NotChecked("plan", "", f"a budget of {budget + 1} would add: {more.request}")


def _unexamined(context: RunContext, why: str) -> Iterator[NotChecked]:
    """The checks that have not examined everything, without a reason of their own."""
    noted = {check for check, operation in context.findings.not_checked if not operation}
    for name, _ in _checks(context):
        if name not in context.findings.examined and name not in noted:
            yield NotChecked(name, "", why)


def _checks(context: RunContext) -> tuple[tuple[str, str], ...]:
    own = [(each.name, each.holds) for each in context.checks(Check)]
    return (*own, *((name, _EXTRA_CHECKS[name]) for name in EXTRA if context.options.wants(name)))
