"""What the pytest fixture costs a test: its setup and its end, beside a test without it."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.bench import Bench
from benchmarks.load import LoadError
from benchmarks.peers.peer import ROOT
from benchmarks.results.figures import Figures
from benchmarks.rows.row import Heading

_TESTS = 100
_MODULE = """\
import pytest


@pytest.mark.parametrize("number", range({tests}))
def test_nothing({parameters}):
    pass
"""
_PARAMETERS: Mapping[str, str] = {"with": "number, video_gateway", "without": "number"}
_QUIET = ("-q", "-p", "no:cacheprovider", "-p", "benchmarks.rows.phases")


class FixtureCost:
    """A pytest run of a hundred tests with the fixture and one without, in each round."""

    headings: Sequence[Heading] = (
        Heading(name="fixture", title="the pytest fixture, for each test", unit="ms", against=()),
    )

    def measure(self, bench: Bench) -> Sequence[Figures]:
        """Milliseconds."""
        (heading,) = self.headings
        turns = heading.turns(bench)
        for number in range(bench.plan.rounds):
            bench.tell(f"the pytest fixture, round {number + 1}")
            turns.each(lambda _: around_ms("with") - around_ms("without"))
        return (heading.figures(turns),)


def around_ms(kind: str, tests: int = _TESTS) -> float:
    """Half of all tests have no more than so many milliseconds around them.

    The first is not counted, since the server starts with it.

    Raises:
        LoadError: the tests did not pass.
    """
    with TemporaryDirectory() as folder:
        module, times = Path(folder) / "test_nothing.py", Path(folder) / "times.json"
        module.write_text(_MODULE.format(tests=tests, parameters=_PARAMETERS[kind]))
        options = (*_QUIET, f"--rootdir={folder}", f"--phases={times}", str(module))
        command = [sys.executable, "-m", "pytest", *options]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise LoadError(f"pytest: {done.stdout}{done.stderr}")
        found: dict[str, float] = json.loads(times.read_text())
    return median(list(found.values())[1:]) * 1e3
