"""What a request costs in machine instructions: a number that a busy machine does not change.

Run it from the project's folder: `python -m benchmarks.instructions --help`. Callgrind counts a
fixed series of requests, and a reference of plain Python beside it. The cost of a request is given
as a ratio to that reference, which hardly changes between builds of an interpreter. The allowed
ratios are in `budgets.yaml`, which `--write` updates after an intended change.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import yaml
from rich.console import Console
from rich.status import Status

from benchmarks.counted_requests import CUT

ROOT = Path(__file__).parents[1]
BUDGETS = Path(__file__).parent / "budgets.yaml"
NEEDED = ("valgrind", "callgrind_control")
_TIMES = 20
# A free machine takes ten seconds; a busy one must not fail the count.
_LONGEST_S = 600
_HEADING = """\
# What a request may cost in instructions, as a ratio to the reference that is counted beside it.
# More than that and the tolerance fails the tests, under the Python that it was counted with.
# Written by `python -m benchmarks.instructions --write`.
"""
# Measured: six counts with one build, beside six busy processes on two cores, differed by at most
# 0.5 percent; another build of Python 3.11 (Debian's) has ratios that are 2 to 8 percent higher.
TOLERANCE = 0.1
PYTHON = "{}.{}".format(*sys.version_info)


class CountError(Exception):
    """Counting failed; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Cost:
    """The instructions of one request to an operation, and their ratio to the reference."""

    operation: str
    instructions: int
    ratio: float


@dataclass(frozen=True, slots=True)
class Budgets:
    """The allowed ratio of each operation and the tolerance.

    They hold for the Python version that they were counted with.
    """

    python: str
    tolerance: float
    ratios: Mapping[str, float]

    @property
    def holds_here(self) -> bool:
        return self.python == PYTHON

    def share(self, cost: Cost) -> float:
        """Return how far a cost is above its budget, as a share of it; negative if below.

        Raises:
            CountError: the operation has no budget.
        """
        if cost.operation not in self.ratios:
            raise CountError(f"'{cost.operation}' has no budget in {BUDGETS.name}; use --write")
        return cost.ratio / self.ratios[cost.operation] - 1

    def exceeded(self, cost: Cost) -> bool:
        """Whether a cost is more than the tolerance allows."""
        return self.share(cost) > self.tolerance


def count(times: int = _TIMES) -> list[Cost]:
    """What each operation costs, counted over ``times`` requests.

    Raises:
        CountError: callgrind is missing, or the counted process failed.
    """
    totals = totals_of("benchmarks.counted_requests", str(times))
    costs = {name: total // times for name, total in totals.items()}
    reference = costs.pop("reference")
    return [Cost(name, cost, round(cost / reference, 4)) for name, cost in costs.items()]


def totals_of(module: str, *arguments: str) -> dict[str, int]:
    """The instructions of each part of a counted process, by the names that it prints.

    Raises:
        CountError: callgrind is missing, or the counted process failed.
    """
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        raise CountError(f"{missing[0]} is not installed; Debian's package is valgrind")
    with TemporaryDirectory() as folder:
        names = _counted(Path(folder), module, *arguments)
        totals = [_total(Path(folder) / f"part.{number + 2}") for number in range(len(names))]
    return dict(zip(names, totals, strict=True))


def _counted(folder: Path, module: str, *arguments: str) -> list[str]:
    """Run the counted process, which writes its parts to ``folder``; return their names."""
    command = [
        *("valgrind", "--quiet", "--tool=callgrind", "--instr-atstart=no"),
        *(f"--dump-before={CUT}", f"--callgrind-out-file={folder / 'part'}"),
        *(sys.executable, "-m", module, *arguments),
    ]
    # The order in which a set is walked through follows from the hashes of its texts.
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=_LONGEST_S
    )
    if done.returncode:
        raise CountError(f"the counted process failed: {done.stderr[-2000:]}")
    names: list[str] = json.loads(done.stdout)
    return names


def _total(part: Path) -> int:
    """The instructions of one part.

    Raises:
        CountError: callgrind did not count.
    """
    found = re.search(r"^totals: (\d+)$", part.read_text(), re.MULTILINE) if part.exists() else None
    if found is None or not int(found[1]):
        raise CountError("callgrind has counted nothing; does callgrind_control reach a process?")
    return int(found[1])


def read_budgets(path: Path = BUDGETS) -> Budgets:
    """The budgets in a file."""
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Budgets(data["python"], data["tolerance"], data["ratios"])


def write_budgets(costs: list[Cost], path: Path = BUDGETS) -> None:
    """Write the counted costs as budgets."""
    ratios = {cost.operation: cost.ratio for cost in costs}
    data = {"python": PYTHON, "tolerance": TOLERANCE, "ratios": ratios}
    text = yaml.safe_dump(data, sort_keys=False)
    path.write_text(_HEADING + text, encoding="utf-8")


def report(costs: list[Cost], budgets: Budgets) -> None:
    """Print the costs."""
    for cost in costs:
        share = budgets.share(cost)
        verdict = "  over the budget" if budgets.exceeded(cost) else ""
        click.echo(
            f"{cost.operation:<20}{cost.instructions:>11,} instructions"
            f"{cost.ratio:>9.4f} of the reference  {share:+.1%} of its budget{verdict}"
        )


@click.command(context_settings={"show_default": True})
@click.option("--write", is_flag=True, help=f"Write the counted costs to {BUDGETS.name}.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def main(write: bool, as_json: bool) -> None:
    """Count the instructions of each kind of request and compare them with their budgets.

    Exits with status 1 if one exceeds its budget by more than the tolerance.
    """
    try:
        with Status("Counting, which takes some ten seconds", console=Console(stderr=True)):
            costs = count()
        if write:
            write_budgets(costs)
        budgets = read_budgets()
        if not budgets.holds_here:
            raise CountError(f"{BUDGETS.name} is for Python {budgets.python}; this is {PYTHON}")
        over = [cost.operation for cost in costs if budgets.exceeded(cost)]
    except CountError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        rows = [
            {"operation": cost.operation, "instructions": cost.instructions, "ratio": cost.ratio,
             "budget": budgets.ratios[cost.operation]}
            for cost in costs
        ]  # fmt: skip
        click.echo(json.dumps({"tolerance": budgets.tolerance, "costs": rows, "over": over}))
    else:
        report(costs, budgets)
    sys.exit(1 if over else 0)


if __name__ == "__main__":
    main()
