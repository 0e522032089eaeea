"""Rows about starting: the server, its import, and the pytest fixture."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.bench import Bench, Turns
from benchmarks.peers.peer import ROOT
from benchmarks.requests import LoadError
from benchmarks.results.figures import Figures
from benchmarks.rows.row import Heading
from benchmarks.servers import running


class ColdStart:
    """Everybody is started anew in each round, and asked for a video until it answers."""

    headings: Sequence[Heading] = (
        Heading(name="cold-start", title="cold start to the first answer", unit="s"),
    )

    def measure(self, bench: Bench) -> Sequence[Figures]:
        """Seconds, in turns."""
        (heading,) = self.headings
        turns = heading.turns(bench)
        turns.take(bench.plan.rounds, lambda name, number: self._once(bench, name, number))
        return (heading.figures(turns),)

    def _once(self, bench: Bench, name: str, number: int) -> float:
        peer = bench.peer(name)
        bench.report(f"cold start: {peer.title}, round {number}")
        with running(peer) as server:
            return server.started_s


_MODULES: Mapping[str, str] = {"fake": "mock_server.app", "connexion": "connexion"}


class ImportTime:
    """An interpreter of its own for each, in turns."""

    headings: Sequence[Heading] = (
        Heading(
            name="import-time",
            title="import, beside `import connexion`",
            unit="ms",
            against=("connexion",),
        ),
    )

    def measure(self, bench: Bench) -> Sequence[Figures]:
        """Milliseconds, in turns."""
        (heading,) = self.headings
        turns = Turns(_MODULES)
        for number in range(bench.plan.rounds):
            bench.report(f"import time, round {number + 1}")
            turns.each(lambda name: import_ms(_MODULES[name]))
        return (heading.figures(turns),)


def import_ms(module: str) -> float:
    """Return how long an import took, including what it imports.

    Raises:
        LoadError: it cannot be imported.
    """
    command = [sys.executable, "-X", "importtime", "-c", f"import {module}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LoadError(f"import {module}: {done.stderr.splitlines()[-1]}")
    # The last line is the module that was asked for: `import time: self | cumulative | name`.
    return int(done.stderr.splitlines()[-1].split("|")[1]) / 1e3


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
            bench.report(f"the pytest fixture, round {number + 1}")
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
