"""How long Python takes to import the fake, beside the framework that it is built on."""

import subprocess
import sys
from collections.abc import Mapping, Sequence

from benchmarks.bench import Bench
from benchmarks.load import LoadError
from benchmarks.results.figures import Figures
from benchmarks.rounds import Turns
from benchmarks.rows.row import Heading

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
            bench.tell(f"import time, round {number + 1}")
            turns.each(lambda name: import_ms(_MODULES[name]))
        return (heading.figures(turns),)


def import_ms(module: str) -> float:
    """What Python tells of the time an import took, with all that it imports.

    Raises:
        LoadError: it cannot be imported.
    """
    command = [sys.executable, "-X", "importtime", "-c", f"import {module}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LoadError(f"import {module}: {done.stderr.splitlines()[-1]}")
    # The last line is the module that was asked for: `import time: self | cumulative | name`.
    return int(done.stderr.splitlines()[-1].split("|")[1]) / 1e3
