"""Runs the checks that send requests, and the passive checks over all exchanges so far."""

from collections.abc import Iterator, Sequence

from contract_tests.checks.check import LifeCycle, Probe
from contract_tests.findings.finding import Breach, Certainty, Finding, Skipped
from contract_tests.runner.context import RunContext
from contract_tests.runner.findings import finding_of
from contract_tests.runner.stages.availability import gaps, require_service, without_outages
from contract_tests.wire.session import RefusedError, UnansweredError

_STAGES = {False: "Reads and refusals", True: "Refusals that a target may miss"}


def run_probes(context: RunContext) -> None:
    """Stage: the probes that create nothing, whatever the target does."""
    _list_jobs(context)
    _run_probes(context, acceptance=False)


def run_acceptance_probes(context: RunContext) -> None:
    """Stage: the probes with requests that a target may accept if it breaks the contract."""
    _run_probes(context, acceptance=True)
    _list_jobs(context)


def _list_jobs(context: RunContext) -> None:
    """List the jobs before and after the probes, if a check of jobs is to compare them."""
    compares = bool(context.checks(LifeCycle))
    if compares and context.checks(Probe):
        context.observer.list_refusals(context.connection.guard.policy.ledger.ids)


def examine_exchanges(context: RunContext) -> None:
    """Stage: run the passive checks over the exchanges that they have not examined yet."""
    context.progress.begin("Examining the exchanges")
    context.examiner.examine_new()


def _run_probes(context: RunContext, *, acceptance: bool) -> None:
    context.progress.begin(_STAGES[acceptance])
    for check in context.checks(Probe):
        if check.acceptance is acceptance:
            context.progress.go_on(f"check {check.name}")
            run_probe(context, check)
            require_more(context)
    context.examiner.examine_new()
    require_more(context)


def require_more(context: RunContext) -> None:
    """Go on unless the run has failed fast or the target has stopped working.

    Raises:
        EnoughError: it is to fail fast and has failed.
        UnavailableError: the target is out of service.
    """
    context.require_more()
    require_service(context)


def run_probe(context: RunContext, check: Probe) -> None:
    """Run a probe, and a second time to confirm what it finds, unless that could cost money."""
    added = context.findings.add(check, _results(context, check))
    context.findings.examined.add(check.name)
    if not added or _has_created(context, added):
        return
    results = list(_results(context, check))
    again = {finding_of(check, each).identity for each in results if isinstance(each, Breach)}
    is_whole = not any(isinstance(each, Skipped) for each in results)
    for each in added:
        if each.identity in again:
            context.findings.mark(each, Certainty.REPEATED)
        elif is_whole:
            context.findings.mark(each, Certainty.FLAKY, "the second time nothing was wrong")


def _results(context: RunContext, check: Probe) -> Iterator[Breach | Skipped]:
    exchanges = context.connection.guard.exchanges
    before = len(exchanges)
    try:
        yield from without_outages(check.run(context.session(check.name)))
    except RefusedError as error:
        yield Skipped("", str(error))
    except UnansweredError as error:
        yield Skipped(error.exchange.operation, f"no reply: {error.exchange.trouble}")
    # To a check that expects a refusal, "too many requests" is one.
    yield from gaps(exchanges[before:])


def _has_created(context: RunContext, findings: Sequence[Finding]) -> bool:
    """Whether the requests of some findings have created what costs money."""
    exchanges = [each.exchange for each in findings if each.exchange]
    created = [each for each in exchanges if each.request.method == "POST" and each.status < 300]
    return context.target.billable and bool(created)
