"""The options of a run, and what follows from them."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import openapi
from contract_tests.checks import CHECKS
from contract_tests.checks.check import Check
from contract_tests.contract.target_contract import TargetContract
from contract_tests.fuzzing.configuration import FuzzingDepth
from contract_tests.guard.connection import RunLimits
from contract_tests.guard.policy import Limits
from contract_tests.reports.report import Rules
from contract_tests.targets.fake import Fake, mock_in_process, mock_over_http
from contract_tests.targets.target import Address, Target, target_at
from openapi.contract.document import load_contract
from openapi.dialects import DEFAULT
from openapi.dialects.contract import contract_for
from openapi.dialects.loading import load_dialects

MOCK, MOCK_HTTP = "mock", "mock-http"
_LIVE_REQUESTS = 600
SCHEMATHESIS, STATE_MACHINE = "schemathesis", "state-machine"
EXTRA = (SCHEMATHESIS, STATE_MACHINE)


class UsageError(Exception):
    """An option that cannot work; the message says which, why, and what to give instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of a run, as of ``gateway-contract run``.

    Attributes:
        budget_usd: how much jobs may cost in US dollars; None is without limit.
        price_usd: what a job of unknown price is taken to cost; None refuses to create it.
        live_requests: the value of ``max_requests`` on a live target where none is given.
    """

    target: str = MOCK
    live: bool = False
    dialect: str = DEFAULT
    dialects: tuple[Path, ...] = ()
    contract: Path = openapi.CONTRACT
    models: Path = openapi.MODELS
    api_key_env: str | None = None
    other_key_env: str | None = None
    budget_jobs: int | None = None
    max_requests: int | None = None
    rate: float | None = None
    timeout_s: float = 30.0
    longest_job_s: float = 900.0
    max_time_s: float | None = None
    variant: str | None = None
    checks: tuple[str, ...] = ()
    seed: int = 1
    quick: bool = False
    strict: bool = False
    fail_fast: bool = False
    verified_warns: bool = False
    ledger: Path | None = None
    budget_usd: float | None = None
    price_usd: float | None = None
    live_requests: int | None = _LIVE_REQUESTS

    @property
    def is_mock(self) -> bool:
        """Whether the run starts the fake itself."""
        return self.target in (MOCK, MOCK_HTTP)

    @property
    def rules(self) -> Rules:
        """Which findings fail the run."""
        return Rules(strict=self.strict, verified_warns=self.verified_warns)

    def read_contract(self) -> TargetContract:
        """The contract in the chosen dialect.

        Raises:
            SpecError: the contract or a dialect cannot be read.
            UsageError: there is no such dialect.
        """
        known = load_dialects(*self.dialects)
        if self.dialect not in known:
            raise UsageError(f"--dialect {self.dialect}: known are {', '.join(sorted(known))}")
        dialect = known[self.dialect]
        document = contract_for(load_contract(self.contract), dialect)
        return TargetContract(document, dialect)

    def chosen_checks(self) -> tuple[Check, ...]:
        """The checks that the options select; all if they select none.

        Raises:
            UsageError: a name or pattern fits none.
        """
        names = [*(check.name for check in CHECKS), *EXTRA]
        for pattern in self.checks:
            if not any(fnmatchcase(name, pattern) for name in names):
                raise UsageError(f"--checks {pattern}: fits none of {', '.join(names)}")
        return tuple(check for check in CHECKS if self.wants(check.name))

    def require_something(self, contract: TargetContract) -> None:
        """Make sure that at least one selected check applies to the contract's dialect.

        Raises:
            UsageError: a name or pattern fits no check, or the dialect has nothing to check.
        """
        some = any(check.applies(contract) for check in self.chosen_checks())
        if not (some or self.fuzzes or self.drives_machine):
            named = ", ".join(self.checks)
            raise UsageError(
                f"--checks {named}: the dialect {self.dialect} has nothing of that kind"
            )

    def wants(self, name: str) -> bool:
        """Whether a check, Schemathesis or the state machine was selected."""
        return not self.checks or any(fnmatchcase(name, each) for each in self.checks)

    @property
    def fuzzes(self) -> bool:
        """Whether Schemathesis runs."""
        return self.wants(SCHEMATHESIS)

    @property
    def drives_machine(self) -> bool:
        """Whether the state machine runs."""
        return self.wants(STATE_MACHINE)

    def run_limits(self, target: Target) -> RunLimits:
        """The limits for a target; one that costs money has no budget unless it is given."""
        budget, requests = self.budget_jobs, self.max_requests
        if target.billable:
            # A limit of money limits the jobs as well.
            budget = 0 if budget is None and self.budget_usd is None else budget
            requests = self.live_requests if requests is None else requests
        limits = Limits(billable=target.billable, budget=budget, max_requests=requests)
        return RunLimits(
            limits=limits,
            rate=self.rate,
            timeout_s=self.timeout_s,
            ledger=self.ledger,
            seed=self.seed,
            budget_usd=self.budget_usd,
            assumed_usd=self.price_usd,
        )

    def depth(self, target: Target) -> FuzzingDepth:
        """How much Schemathesis generates."""
        if target.billable:
            return FuzzingDepth(examples=4, stateful=0)
        return FuzzingDepth(examples=0, stateful=0) if self.quick else FuzzingDepth()

    @contextmanager
    def open_target(self, sleep: Callable[[float], None] = time.sleep) -> Iterator[Target]:
        """The target, until the block ends; ``sleep`` waits some seconds for its jobs.

        Raises:
            UsageError: the target is not an address, or its key is missing.
        """
        if self.is_mock:
            mock = mock_in_process if self.target == MOCK else mock_over_http
            fake = Fake(
                *(self.seed, self.dialect, self.dialects),
                contract=self.contract,
                models=self.models,
            )
            with mock(fake) as target:
                yield target
            return
        where = Address(
            url=self.target,
            key=_key(self.api_key_env) or "sk-contract-tests",
            other_key=_key(self.other_key_env),
            live=self.live,
            longest_job_s=self.longest_job_s,
            sleep=sleep,
        )
        try:
            target = target_at(where)
        except ValueError as error:
            raise UsageError(f"--target: {error}") from error
        if target.billable and not self.api_key_env:
            raise UsageError("--api-key-env: name the variable that holds the key of this gateway")
        yield target


def _key(variable: str | None) -> str | None:
    """The key in an environment variable; None when no variable is named."""
    if variable is None:
        return None
    key = os.environ.get(variable, "").strip()
    if not key:
        raise UsageError(f"--api-key-env {variable}: the variable is not set, or is empty")
    return key
