"""Holds the suite itself to finding what is broken: one run against each broken server.

The server is the fake in this process with a defect around it. Schemathesis' phases are left out,
so that what is found is found by the checks, and a run takes a second.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import openapi
from contract_tests.checks import CHECKS
from contract_tests.contract.target_contract import TargetContract
from contract_tests.defects import DEFECTS
from contract_tests.defects.defect import Defect
from contract_tests.guard.line import opened
from contract_tests.runner.options import Options
from contract_tests.runner.run import Run
from contract_tests.runner.targets import (
    Fake,
    Target,
    Wrap,
    fast_mock_over_http,
    mocks_in_process,
)
from openapi.dialects import DEFAULT

RECORDED = Path(__file__).with_name("schemathesis.json")
_HOOKS = "contract_tests.schemathesis_hooks"
_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Detection:
    """What a run found on one broken server, as pairs of check and operation.

    ``expected`` are those that name a right check and a right operation.
    """

    defect: Defect
    expected: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]
    requests: int
    jobs: int

    @property
    def caught(self) -> bool:
        """Whether the run found the defect, within its budget, where it is."""
        return bool(self.expected) and self.jobs <= self.defect.jobs


@dataclass(frozen=True)
class ProvingGround:
    """Where broken servers are tried: one fake, around which each defect is put in turn."""

    contract: TargetContract
    target: Callable[[Wrap], Target]
    seed: int = 1

    def applies(self, defect: Defect) -> bool:
        """Whether the fake's dialect has what the defect breaks, and a check that looks at it."""
        looked_at = any(
            check.applies(self.contract) for check in CHECKS if check.name in defect.checks
        )
        return looked_at and any(map(self.contract.has, defect.operations))

    def detect(self, defect: Defect) -> Detection:
        """Run the suite against a server with a defect."""
        run = self.run(defect)
        findings = run.findings.findings.values()
        found = dict.fromkeys((each.check, each.operation) for each in findings)
        right = [
            pair for pair in found if pair[0] in defect.checks and pair[1] in defect.operations
        ]
        policy = run.line.guard.policy
        return Detection(
            defect,
            tuple(right),
            tuple(pair for pair in found if pair not in right),
            policy.requests,
            len(policy.ledger),
        )

    def run(self, defect: Defect) -> Run:
        """A finished run against the fake with a defect around it."""
        options = Options(
            seed=self.seed,
            quick=True,
            budget_jobs=defect.jobs,
            checks=defect.only or tuple(check.name for check in CHECKS),
            timeout_s=defect.timeout_s,
        )
        target = self.target(defect.wrap)
        with opened(target, self.contract, options.run_limits(target)) as line:
            run = Run(options, target, line)
            run.go()
            run.finish()
            return run


def proving_ground(seed: int = 1, dialect: str = DEFAULT) -> ProvingGround:
    """A new fake of a dialect to put defects around."""
    fake = Fake(seed, dialect)
    return ProvingGround(Options(dialect=dialect).read_contract(), mocks_in_process(fake), seed)


def known_defects(wanted: Sequence[str] = ()) -> Iterator[Defect]:
    """The defects with these ids; all when none are named.

    Raises:
        KeyError: there is none of that id.
    """
    by_id = {defect.id: defect for defect in DEFECTS}
    yield from [by_id[name] for name in wanted] if wanted else DEFECTS


def plain_schemathesis(defect: Defect, seed: int = 1) -> str:
    """What a plain `schemathesis run` names first on the same server; empty when nothing."""
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", str(openapi.CONTRACT)),
        *("--header", "Authorization: Bearer sk-plain", "--max-examples", str(_EXAMPLES)),
        *("--seed", str(seed), "--max-failures", "1", "--request-timeout", "5", "--no-color"),
    ]
    # What it learns of a server is kept in the folder it runs in.
    with fast_mock_over_http(defect.wrap) as url, TemporaryDirectory() as folder:
        run = subprocess.run(
            [*command, "--url", url],
            cwd=folder,
            env={**os.environ, "SCHEMATHESIS_HOOKS": _HOOKS},
            capture_output=True,
            text=True,
            check=False,
        )
    if run.returncode == 0:
        return ""
    named = [line for line in run.stdout.splitlines() if line.startswith("- ")]
    return named[0].removeprefix("- ").strip() if named else "an error"


def recorded_plain() -> dict[str, str]:
    """What plain Schemathesis found when it was last asked, by defect."""
    found: dict[str, str] = json.loads(RECORDED.read_text()) if RECORDED.exists() else {}
    return found
