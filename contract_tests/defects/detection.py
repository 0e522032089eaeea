"""Runs the checks against servers that are broken on purpose, and compares what they find.

The server is the fake in this process with a defect around it. Schemathesis is left out, so that
only the checks can find the defect, and a run takes a second.
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
from contract_tests.runner.context import RunContext, open_run
from contract_tests.runner.options import Options
from contract_tests.runner.stages import FINAL_STAGES, STAGES
from contract_tests.targets.fake import Fake, Wrap, fast_mock_over_http, mocks_in_process
from contract_tests.targets.target import Target
from openapi.dialects import DEFAULT

RECORDED = Path(__file__).with_name("schemathesis.json")
_HOOKS = "contract_tests.schemathesis_hooks"
_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Detection:
    """What a run found on one broken server, as pairs of check and operation.

    Attributes:
        expected: the pairs that the defect names.
        others: all other pairs.
        missed: the operations at which the defect shows and was not found.
        requests: how many requests were sent.
        jobs: how many jobs were created.
    """

    defect: Defect
    expected: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]
    missed: frozenset[str]
    requests: int
    jobs: int

    @property
    def caught(self) -> bool:
        """Whether the run found the defect at the right operations and within its budget."""
        return bool(self.expected) and not self.missed and self.jobs <= self.defect.jobs


@dataclass(frozen=True)
class ProvingGround:
    """One fake, with the means to put each defect around it in turn."""

    contract: TargetContract
    target: Callable[[Wrap], Target]
    seed: int = 1

    def applies(self, defect: Defect) -> bool:
        """Whether the fake's dialect has what the defect breaks, and a check of it."""
        return bool(defect.shows_at(self.contract))

    def detect(self, defect: Defect) -> Detection:
        """Run the suite against a server with a defect."""
        context = self.run(defect)
        findings = context.findings.by_identity.values()
        found = dict.fromkeys((each.check, each.operation) for each in findings)
        shown = defect.shows_at(self.contract)
        right = [pair for pair in found if pair[0] in defect.checks and pair[1] in shown]
        policy = context.connection.guard.policy
        return Detection(
            defect,
            tuple(right),
            tuple(pair for pair in found if pair not in right),
            shown - {operation for _, operation in right},
            policy.requests,
            len(policy.ledger),
        )

    def run(self, defect: Defect) -> RunContext:
        """A finished run against the fake with a defect around it."""
        options = Options(
            seed=self.seed,
            quick=True,
            budget_jobs=defect.jobs,
            checks=defect.only or tuple(check.name for check in CHECKS),
            timeout_s=defect.timeout_s,
        )
        with open_run(options, self.target(defect.wrap), self.contract) as context:
            for stage in (*STAGES, *FINAL_STAGES):
                stage(context)
            return context


def proving_ground(seed: int = 1, dialect: str = DEFAULT) -> ProvingGround:
    """A new fake of a dialect."""
    fake = Fake(seed, dialect)
    return ProvingGround(Options(dialect=dialect).read_contract(), mocks_in_process(fake), seed)


def known_defects(wanted: Sequence[str] = ()) -> Iterator[Defect]:
    """The defects with these ids; all if none are given.

    Raises:
        KeyError: no defect has that id.
    """
    by_id = {defect.id: defect for defect in DEFECTS}
    yield from [by_id[name] for name in wanted] if wanted else DEFECTS


def plain_schemathesis(defect: Defect, seed: int = 1) -> str:
    """The first failure of a plain `schemathesis run` on the same server; empty without any."""
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", str(openapi.CONTRACT)),
        *("--header", "Authorization: Bearer sk-plain", "--max-examples", str(_EXAMPLES)),
        *("--seed", str(seed), "--max-failures", "1", "--request-timeout", "5", "--no-color"),
    ]
    # Schemathesis keeps a cache in the current directory.
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
    """What plain Schemathesis found when it was last run, by defect."""
    found: dict[str, str] = json.loads(RECORDED.read_text()) if RECORDED.exists() else {}
    return found
