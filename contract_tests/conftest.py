"""The suite under pytest: ``pytest --pyargs contract_tests --target URL``."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from contract_tests.checks.check import Check
from contract_tests.findings.finding import Finding
from contract_tests.guard.connection import clean_up, deleted
from contract_tests.guard.halt import Halt
from contract_tests.guard.signals import ended_by_signals
from contract_tests.reports.curl import curl
from contract_tests.reports.report import redact
from contract_tests.runner.context import RunContext, open_run
from contract_tests.runner.options import MOCK, Options, UsageError
from contract_tests.runner.stages.availability import (
    KeyRefusedError,
    UnavailableError,
    require_service,
    require_target,
)
from contract_tests.runner.stages.life_cycle import observe_jobs, reserve_budget
from openapi.dialects import DEFAULT
from openapi.documents.text import visible_lines
from openapi.errors import SpecError

_UNAVAILABLE = 3
_RUN = pytest.StashKey[RunContext]()
Report = Callable[[str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of ``gateway-contract run`` that apply to tests."""
    group = parser.getgroup("contract", "gateway contract")
    group.addoption("--target", default=MOCK, help="mock, mock-http, or a URL.")
    group.addoption("--live", action="store_true", help="Treat loopback as costing money.")
    group.addoption("--dialect", default=DEFAULT, help="The dialect of the target.")
    group.addoption(
        "--dialects", action="append", default=[], help="A file with a further dialect."
    )
    group.addoption("--api-key-env", help="Environment variable with the key.")
    group.addoption("--other-key-env", help="The same, with another account's key.")
    group.addoption("--budget-jobs", type=int, help="Jobs to create at most; live: 0.")
    group.addoption("--max-requests", type=int, help="Requests at most; live: 400.")
    group.addoption("--rate", type=float, help="Requests a second at most.")
    group.addoption("--variant", help="Create jobs of this page only.")
    group.addoption("--contract-seed", type=int, default=1, help="Makes a run repeatable.")
    group.addoption("--quick", action="store_true", help="Fewer jobs and generated requests.")
    group.addoption("--contract-strict", action="store_true", help="Advice and gaps fail too.")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run that ended early, or whose target stopped working, is no success."""
    run = session.config.stash.get(_RUN, None)
    if run is None or session.exitstatus != pytest.ExitCode.OK:
        return
    if run.halt.interrupted:
        session.exitstatus = pytest.ExitCode.INTERRUPTED
    elif run.findings.outage[1]:
        session.exitstatus = _UNAVAILABLE


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say what was sent and created, and what it cost."""
    run = config.stash.get(_RUN, None)
    if run is None:
        return
    terminalreporter.section("gateway contract")
    terminalreporter.write_line(visible_lines(run.counts().text))
    for name, jobs in (
        ("created", run.connection.guard.policy.ledger.ids),
        ("deleted", deleted(run.connection)),
    ):
        if jobs and run.target.billable:
            terminalreporter.write_line(visible_lines(f"{name}: {', '.join(jobs)}"))
    if why := run.findings.outage[1]:
        terminalreporter.write_line(visible_lines(f"the target is not available: {why}"))


@pytest.fixture(scope="session")
def options(pytestconfig: pytest.Config) -> Options:
    """The options of this run."""
    given = pytestconfig.getoption
    return Options(
        target=given("--target"),
        live=given("--live"),
        dialect=given("--dialect"),
        dialects=tuple(map(Path, given("--dialects"))),
        api_key_env=given("--api-key-env"),
        other_key_env=given("--other-key-env"),
        budget_jobs=given("--budget-jobs"),
        max_requests=given("--max-requests"),
        rate=given("--rate"),
        variant=given("--variant"),
        seed=given("--contract-seed"),
        quick=given("--quick"),
        strict=given("--contract-strict"),
    )


@pytest.fixture(scope="session")
def run(options: Options, pytestconfig: pytest.Config) -> Iterator[RunContext]:
    """One run for all tests of this process; an unavailable target ends the session.

    After a signal nothing more is sent, so that all further tests are skipped.
    """
    halt = Halt()
    try:
        contract = options.read_contract()
        with ended_by_signals(halt), options.open_target(halt.wait) as target:
            if target.billable and hasattr(pytestconfig, "workerinput"):
                pytest.exit("a run that can cost money has one budget: leave -n out", 2)
            with open_run(options, target, contract, halt=halt) as context:
                pytestconfig.stash[_RUN] = context
                try:
                    require_target(context)
                    reserve_budget(context)
                    yield context
                finally:
                    clean_up(context.connection)
    except (UsageError, SpecError) as error:
        pytest.exit(str(error), pytest.ExitCode.USAGE_ERROR)
    except KeyRefusedError as error:
        pytest.exit(f"the target refuses the key: {error}", pytest.ExitCode.USAGE_ERROR)
    except UnavailableError as error:
        pytest.exit(f"the target is not available: {error}", _UNAVAILABLE)


@pytest.fixture(scope="session")
def observed(run: RunContext) -> RunContext:
    """The run after its jobs have been observed, as far as the target was available."""
    with suppress(UnavailableError):
        observe_jobs(run)
    return run


@pytest.fixture(autouse=True)
def applicable(request: pytest.FixtureRequest) -> None:
    """Skips a check that does not apply to the dialect, and all once the run is over."""
    run: RunContext = request.getfixturevalue("run")
    if why := run.halt.why or run.findings.outage[1]:
        pytest.skip(f"not checked: {why}")
    if "check" in request.fixturenames:
        check: Check = request.getfixturevalue("check")
        if not check.applies(run.contract):
            pytest.skip(f"not applicable to the dialect {run.options.dialect}")


@pytest.fixture
def report(run: RunContext) -> Report:
    """Fails the test of a check by its findings, or skips it by what could not be checked."""

    def report_results(name: str) -> None:
        with suppress(UnavailableError):
            # It leaves out what was seen since the target stopped working.
            require_service(run)
        rules, found = run.options.rules, run.findings.of(name)
        if any(rules.fails(each) for each in found):
            pytest.fail("\n\n".join(_text(run, each) for each in found), pytrace=False)
        gaps = run.findings.gaps(name)
        reasons = list(dict.fromkeys(f"{each.operation} {each.reason}".strip() for each in gaps))
        if why := run.findings.outage[1]:
            reasons.append(why)
        if reasons and run.options.strict:
            pytest.fail(f"not checked: {'; '.join(reasons)}", pytrace=False)
        if reasons and not found:
            pytest.skip(f"not checked: {'; '.join(reasons)}")

    return report_results


def _text(run: RunContext, finding: Finding) -> str:
    line = curl(run.target.url, finding.exchange.request) if finding.exchange else ""
    text = (
        f"{finding.operation}: {finding.check}\n  expected {finding.expected}\n"
        f"  received {finding.received}\n  source   {finding.source} ({finding.evidence.value})\n"
        f"  seen     {finding.occurrences} times, {finding.certainty.value}\n  repeat   {line}"
    )
    return visible_lines(redact(text))
