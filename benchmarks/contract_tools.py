"""The two tools that are measured against each other, as commands: this suite, plain Schemathesis.

Both get the same contract, phases, numbers of examples, seed and one worker; both know the same
sample files. What the guard, the further checks and the life of jobs cost is on this suite's side.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import openapi
from contract_tests.checks import CHECKS
from contract_tests.checks.check import Passive
from contract_tests.fuzzing.configuration import FuzzingDepth
from contract_tests.schemathesis_config import configuration
from openapi.contract.document import load_contract
from openapi.dialects import DEFAULT
from openapi.dialects.loading import load_dialects

ROOT = Path(__file__).parents[1]
PLAIN, GENERATED, WHOLE = "plain Schemathesis", "the generated part", "the whole run"
# A full run takes half a minute on a free machine.
_LONGEST_S = 900
_DEPTH = FuzzingDepth()
# The options of this suite's own run; see contract_tests/fuzzing/configuration.py.
_SAME = f"""
[phases.coverage]
unexpected-methods = ["PUT", "PATCH"]
[phases.stateful.generation]
max-examples = {_DEPTH.stateful}
"""


class ToolError(Exception):
    """A tool did not come to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The server under test, and the settings of both tools."""

    url: str
    seed: int
    quick: bool = False


Command = Callable[[Subject, Path], Sequence[str]]


def plain(subject: Subject, folder: Path) -> Sequence[str]:
    """Plain Schemathesis, with a configuration written to ``folder``."""
    config = folder / "schemathesis.toml"
    dialect = load_dialects()[DEFAULT]
    text = configuration(load_contract(openapi.CONTRACT), dialect) + _SAME
    config.write_text(text, encoding="utf-8")
    phases = "examples,coverage" if subject.quick else "examples,coverage,fuzzing,stateful"
    return (
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config)),
        *("run", str(openapi.CONTRACT), "--url", subject.url, "--phases", phases),
        *("--header", "Authorization: Bearer sk-plain", "--seed", str(subject.seed)),
        *("--max-examples", str(_DEPTH.examples), "--workers", "1", "--checks", "all"),
        *("--generation-database", "none", "--continue-on-failure", "--no-color"),
        "--suppress-health-check=too_slow",
    )


def generated(subject: Subject, folder: Path) -> Sequence[str]:
    """This suite's generated requests, through the guard, seen by every check that only looks."""
    looking = [check.name for check in CHECKS if isinstance(check, Passive)]
    named = [word for name in ("schemathesis", *looking) for word in ("--checks", name)]
    return (*whole(subject, folder), *named)


def whole(subject: Subject, folder: Path) -> Sequence[str]:
    """This suite with everything it has, its report in ``folder``."""
    return (
        *(sys.executable, "-m", "contract_tests.cli.main", "run", "--target", subject.url),
        *("--seed", str(subject.seed), "--report", str(folder / "report.json")),
        *(("--quick",) if subject.quick else ()),
    )


COMMANDS: Mapping[str, Command] = {PLAIN: plain, GENERATED: generated, WHOLE: whole}


def run(tool: str, subject: Subject, *more: str) -> int:
    """Let a tool run to its end, with ``more`` options; its exit status.

    Raises:
        ToolError: it ended with neither a good nor a bad verdict.
    """
    # What a tool learns of a server is kept in the folder it runs in.
    with TemporaryDirectory() as folder:
        done = subprocess.run(
            [*COMMANDS[tool](subject, Path(folder)), *more],
            cwd=folder,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=_LONGEST_S,
        )
    if done.returncode not in (0, 1):
        said = (done.stderr or done.stdout)[-2000:]
        raise ToolError(f"{tool} ended with status {done.returncode}: {said}")
    return done.returncode


def environment() -> Mapping[str, str]:
    """What the tools run in: this project's modules and its hooks for Schemathesis."""
    hooks = {"SCHEMATHESIS_HOOKS": "contract_tests.schemathesis_hooks", "PYTHONPATH": str(ROOT)}
    return {**os.environ, **hooks}
