"""The suite under pytest: ``pytest --pyargs contract_tests --target URL``."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from contract_tests.findings.finding import Finding, NotChecked
from contract_tests.guard.line import opened
from contract_tests.reports.curl import curl
from contract_tests.reports.hiding import hide
from contract_tests.runner.availability import (
    KeyRefusedError,
    UnavailableError,
    require_available,
)
from contract_tests.runner.options import MOCK, Options, UsageError
from contract_tests.runner.run import Run
from contract_tests.wire.cleaning import clean_up
from openapi.dialects import DEFAULT
from openapi.documents.text import visible_lines
from openapi.errors import SpecError

_UNAVAILABLE = 3
Tell = Callable[[Iterable[Finding], Iterable[NotChecked]], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of ``gateway-contract run`` that have a meaning here."""
    group = parser.getgroup("contract", "gateway contract")
    group.addoption("--target", default=MOCK, help="mock, mock-http, or a URL.")
    group.addoption("--live", action="store_true", help="Treat loopback as costing money.")
    group.addoption("--dialect", default=DEFAULT, help="Whose manners.")
    group.addoption("--dialects", action="append", default=[], help="A dialect of yours, a file.")
    group.addoption("--api-key-env", help="Environment variable with the key.")
    group.addoption("--other-key-env", help="The same, with another account's key.")
    group.addoption("--budget-jobs", type=int, help="Jobs to make at most; live: 0.")
    group.addoption("--max-requests", type=int, help="Requests at most; live: 400.")
    group.addoption("--rate", type=float, help="Requests a second at most.")
    group.addoption("--variant", help="Make jobs of this documentation page only.")
    group.addoption("--contract-seed", type=int, default=1, help="Makes a run repeatable.")
    group.addoption("--quick", action="store_true", help="Fewer jobs and generated requests.")
    group.addoption("--contract-strict", action="store_true", help="Advice and gaps fail too.")


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
def run(options: Options, pytestconfig: pytest.Config) -> Iterator[Run]:
    """One run for all tests of this process; a target that is not there ends it."""
    try:
        contract = options.read_contract()
        with options.opened_target() as target:
            if target.billable and hasattr(pytestconfig, "workerinput"):
                pytest.exit("a run that can cost money has one purse: leave -n out", 2)
            with opened(target, contract, options.run_limits(target)) as line:
                started = Run(options, target, line)
                require_available(line.session)
                started.begin()
                try:
                    yield started
                finally:
                    clean_up(line)
    except (UsageError, SpecError) as error:
        pytest.exit(str(error), pytest.ExitCode.USAGE_ERROR)
    except KeyRefusedError as error:
        pytest.exit(f"the target refuses the key: {error}", pytest.ExitCode.USAGE_ERROR)
    except UnavailableError as error:
        pytest.exit(f"the target is not available: {error}", _UNAVAILABLE)


@pytest.fixture(scope="session")
def observed(run: Run) -> Run:
    """The run after its jobs have been observed."""
    run.observe()
    return run


@pytest.fixture(autouse=True)
def applicable(request: pytest.FixtureRequest) -> None:
    """Skips a check of something that the contract's dialect does not have."""
    if check := getattr(request.node, "callspec", None) and request.getfixturevalue("check"):
        run: Run = request.getfixturevalue("run")
        if not run.applies(check):
            pytest.skip(f"not applicable to the dialect {run.options.dialect}")


@pytest.fixture
def tell(run: Run) -> Tell:
    """Fails a test for findings that count, and skips it for what could not be looked at."""

    def told(findings: Iterable[Finding], gaps: Iterable[NotChecked]) -> None:
        rules = run.options.rules
        found = list(findings)
        if any(rules.fails(each) for each in found):
            pytest.fail("\n\n".join(_text(run, each) for each in found), pytrace=False)
        reasons = list(dict.fromkeys(f"{each.operation} {each.reason}".strip() for each in gaps))
        if reasons and run.options.strict:
            pytest.fail(f"not checked: {'; '.join(reasons)}", pytrace=False)
        if reasons and not found:
            pytest.skip(f"not checked: {'; '.join(reasons)}")

    return told


def _text(run: Run, finding: Finding) -> str:
    line = curl(run.target.url, finding.exchange.request) if finding.exchange else ""
    text = (
        f"{finding.operation}: {finding.check}\n  expected {finding.expected}\n"
        f"  received {finding.received}\n  source   {finding.source} ({finding.evidence.value})\n"
        f"  seen     {finding.occurrences} times, {finding.certainty.value}\n  repeat   {line}"
    )
    return visible_lines(hide(text))
