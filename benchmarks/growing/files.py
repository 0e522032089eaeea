"""The kinds of files that a user brings: scenarios, deviations, any YAML."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from contract_tests.findings.deviations import DeviationsError, read_deviations
from mock_server.scenarios.parsing import load_scenarios
from openapi.documents.located import load
from openapi.errors import SpecError

Read = Callable[[Path], object]
_SCENARIO = "s{}: {{summary: A job, steps: [{{stage: running, times: 1}}]}}\n"
_DEVIATION = "- {check: a, operation: '*', reason: It is known, expires: 2030-01-01}\n"


@dataclass(frozen=True, slots=True)
class FileKind:
    """Text of a size, and what reads it."""

    name: str
    size: int
    text: Callable[[int], str]
    read: Read


def _lines(line: str, size: int) -> str:
    return "".join(line.format(number) for number in range(size))


def _aliases(size: int) -> str:
    """A list of lists of lists, each named twenty times in the next."""
    named = ("b: &b [{}]", "c: &c [{}]", "d: [{}]")
    lists = [f"a: &a [{', '.join(['1'] * size)}]"]
    for text, name in zip(named, "abc", strict=True):
        lists.append(text.format(", ".join([f"*{name}"] * 5)))
    return "\n".join(lists)


KINDS = (
    FileKind("scenarios", 60, lambda n: _lines(_SCENARIO, n), load_scenarios),
    FileKind("deviations", 60, lambda n: "deviations:\n" + _DEVIATION * n, read_deviations),
    FileKind("keys of YAML", 500, lambda n: _lines("k{}: 1\n", n), load),
    FileKind("aliases of YAML", 20, _aliases, load),
    FileKind("levels of YAML", 5000, lambda n: "[" * n + "]" * n, load),
    FileKind("dashes of YAML", 20_000, lambda n: "- " * n + "x", load),
    FileKind("a text of YAML", 20_000, lambda n: f"a: {'b ' * n}", load),
)


def read(kind: FileKind, path: Path) -> None:
    """Read a file, whatever comes of it but a failure."""
    try:
        kind.read(path)
    except (SpecError, DeviationsError):
        return
