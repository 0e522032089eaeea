"""Runs the phases of Schemathesis; its failures become findings."""

from collections.abc import Sequence

from contract_tests.findings.finding import Finding
from contract_tests.fuzzing.configuration import settings
from contract_tests.runner.confirmation import confirm_statuses
from contract_tests.runner.context import RunContext
from contract_tests.runner.options import SCHEMATHESIS
from contract_tests.runner.stages.availability import gaps, why_stopped
from contract_tests.runner.stages.probes import require_more


def run_schemathesis(context: RunContext) -> None:
    """Stage: run Schemathesis, if it was asked for."""
    if context.options.fuzzes:
        context.progress.begin("Schemathesis")
        fuzz(context)
    require_more(context)


def fuzz(context: RunContext) -> None:
    """Run Schemathesis and add what it finds."""
    from contract_tests.fuzzing.engine import Fuzzer

    target, connection, findings = context.target, context.connection, context.findings
    policy, halt = connection.guard.policy, context.halt
    before = len(connection.guard.exchanges)
    config = settings(
        connection.url,
        context.options.seed,
        context.options.depth(target),
        context.contract,
        billable=target.billable,
    )
    most, sent = policy.limits.max_requests, policy.requests
    # Generated requests create nothing where that costs money, whatever the budget.
    policy.only_refusals = True

    def wants_more(found: Sequence[Finding]) -> bool:
        has_requests = most is None or policy.requests < most - policy.held_back_requests
        is_over = halt.why or why_stopped(context)
        return not is_over and has_requests and context.wants_more(found)

    outcome = Fuzzer(context.contract, connection.guard.recorded).run(
        config, wants_more, context.progress.go_on
    )
    policy.only_refusals = False
    context.examiner.examine_new()
    if halt.why or policy.requests == sent:
        findings.skip(SCHEMATHESIS, "", halt.why or f"requests: the limit is {most}")
    findings.examined.add(SCHEMATHESIS)
    for each in gaps(connection.guard.exchanges[before:]):
        findings.skip(SCHEMATHESIS, each.operation, each.reason)
    for where, why in outcome.errors:
        findings.skip(SCHEMATHESIS, where, why)
    # An exchange in which a passive check has found fault is one finding, not two.
    added = [findings.add_finding(each) for each in findings.outside_faulty(outcome.findings)]
    confirm_statuses(findings, added, context.session("repeat"))
