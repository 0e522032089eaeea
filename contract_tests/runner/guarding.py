"""Guards the traffic of clients until it is ended, and reports what was found in it."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from contract_tests.checks import CHECKS, jobs, state_changes
from contract_tests.checks.check import LifeCycle, Passive
from contract_tests.findings.deviations import Deviation
from contract_tests.guard.connection import Entrance
from contract_tests.guard.guard import Guard
from contract_tests.guard.halt import Halt
from contract_tests.guard.proxy import ProxyApp, Show
from contract_tests.guard.server import PortError
from contract_tests.lifecycle.trace import Life
from contract_tests.lifecycle.traffic import traces_in
from contract_tests.reports.report import Report, Verdict
from contract_tests.reports.spending import money
from contract_tests.reports.traffic_lines import summary, summary_data
from contract_tests.runner.context import RunContext, open_run
from contract_tests.runner.options import Options, UsageError
from contract_tests.runner.result import Ending, report_of
from contract_tests.runner.run import Recorder, unrecorded

# The checks of a job's life that hold however, and however often, a client polls.
_OF_JOBS: tuple[LifeCycle, ...] = (
    jobs.identifiers,
    jobs.immutable,
    state_changes.status_order,
    state_changes.terminal,
    state_changes.progress,
    state_changes.timestamps,
)


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """How clients reach the guard, and what is said of their requests.

    Attributes:
        port: on loopback; 0 is any that is free.
        started: is called with the address of the guard.
        lines: gives what prints a line for each request.
    """

    started: Callable[[str], None]
    lines: Callable[[Guard], Show]
    port: int = 0


@dataclass(frozen=True)
class Guarded:
    """What passed the guard: the report of its findings, and a summary as text and as data."""

    report: Report
    lines: tuple[str, ...]
    data: Mapping[str, Any]


def guard_clients(
    options: Options,
    proxy: Proxy,
    halt: Halt,
    *,
    known: Sequence[Deviation] = (),
    recorder: Recorder = unrecorded,
) -> Guarded:
    """Forward the requests of clients until the halt, which is the usual end.

    Nothing is sent but what clients send. The checks that need no request of their own examine it.

    Raises:
        UsageError: the options cannot work, or the port is in use.
        SpecError: the contract or the catalogue cannot be read.
    """
    if options.is_mock:
        raise UsageError("--target: name the address of a gateway, such as http://127.0.0.1:8080")
    passive = tuple(each.name for each in CHECKS if isinstance(each, Passive))
    options = replace(options, checks=passive, live_requests=None)
    contract = options.read_contract()
    entrance = Entrance(
        application=lambda guard: ProxyApp(guard, proxy.lines(guard)),
        port=proxy.port,
        transparent=True,
    )
    began, since = datetime.now(UTC), time.monotonic()
    try:
        with (
            options.open_target(halt.wait) as target,
            open_run(
                options,
                target,
                contract,
                halt=halt,
                observe=recorder(target, contract),
                entrance=entrance,
            ) as context,
            halt.after(options.max_time_s),
        ):
            proxy.started(context.connection.url)
            halt.wait()
            context.connection.settle()
            examined = _examined(context, passive)
            timing = began.isoformat(), time.monotonic() - since
            return _guarded(context, report_of(examined, Ending(has_run=True), known, timing))
    except PortError as error:
        raise UsageError(f"--port {proxy.port}: {error}") from error


def _examined(context: RunContext, passive: tuple[str, ...]) -> RunContext:
    """Examine the traffic; the context of the report, which has all checks that did."""
    context.examiner.examine_new()
    life = Life(traces_in(context.contract, context.connection.guard.exchanges))
    lives = [each for each in _OF_JOBS if each.applies(context.contract)]
    for check in lives:
        context.findings.add(check, check.run(context.contract, life))
    names = (*passive, *(each.name for each in lives))
    context.findings.examined.update(names)
    return replace(context, options=replace(context.options, checks=names))


def _guarded(context: RunContext, report: Report) -> Guarded:
    guard, spending = context.connection.guard, context.spending
    report = replace(report, spending=replace(spending, has_plan=False))
    if report.verdict is Verdict.INTERRUPTED:
        # To be ended by its user or its time limit is how a guard ends.
        report = replace(report, verdict=Verdict.CLEAN, trouble="")
    cost = money(spending.made) if spending.billable else "free"
    usd = spending.made_usd if spending.billable else 0.0
    lines = tuple(summary(guard, cost))
    return Guarded(report, lines, summary_data(guard, report.target_url, usd))
