"""Creates the run's jobs, observes them, and runs the checks of their life."""

from contract_tests.checks.check import LifeCycle
from contract_tests.reports.spending import counted
from contract_tests.runner.context import RunContext
from contract_tests.runner.stages.availability import gaps, require_service, without_outages

# Requests kept for the first job with the list of jobs, and for each of three further jobs.
_REQUESTS_A_JOB = 100
_REQUESTS_A_FURTHER_JOB = 40


def reserve_budget(context: RunContext) -> None:
    """Stage: keep requests for ``observe_jobs`` while earlier stages run."""
    policy, jobs = context.connection.guard.policy, context.jobs
    further = _REQUESTS_A_FURTHER_JOB * len(jobs[1:4])
    policy.held_back_requests = _REQUESTS_A_JOB * bool(jobs) + further


def observe_jobs(context: RunContext) -> None:
    """Stage: create the jobs and observe them, if any check of their life was asked for."""
    if not context.checks(LifeCycle):
        return
    policy, observer, jobs = context.connection.guard.policy, context.observer, context.jobs
    # What the run has created can still be deleted when no request is left for anything else.
    policy.held_back_requests = len(jobs)
    context.progress.begin(f"Creating {counted(len(jobs), 'job')}, observed until the end")
    if jobs:
        observer.observe(jobs)
        require_service(context)
    else:
        budget, nothing = policy.limits.budget, "the contract has no request that creates a job"
        observer.observe_existing(nothing if budget is None else f"budget: {budget} jobs")


def examine_jobs(context: RunContext) -> None:
    """Stage: run the checks of a job's life over what was observed."""
    context.progress.begin("Examining the jobs")
    for check in context.checks(LifeCycle):
        context.progress.go_on(f"check {check.name}")
        examine(context, check)


def examine(context: RunContext, check: LifeCycle) -> None:
    """Run a check over what was observed, or note why there is nothing to examine."""
    life = context.observer.life()
    is_observed = any(life.having(moment) for moment in check.moments)
    if is_observed or (check.walks and life.walks):
        results = check.run(context.contract, life)
        context.findings.add(check, without_outages(results))
        observed = (
            each for trace in life.traces for when in check.moments for each in trace.at(when)
        )
        context.findings.add(check, gaps(observed))
    else:
        reasons = (life.missing.get(each) for each in sorted(check.moments))
        why = next(filter(None, reasons), "the run was over before")
        context.findings.skip(check.name, "", why)
