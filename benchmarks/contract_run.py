"""How many cases a second the contract suite sends, beside plain Schemathesis on the same server.

Run it from the project's folder: `python -m benchmarks.contract_run --help`. One server process is
asked by both in turns, and counts the requests itself. In a ratio above 1 this suite is faster.
"""

import json
import platform
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from time import perf_counter
from typing import Any
from urllib.request import urlopen

import click
from rich.console import Console
from rich.progress import Progress

from benchmarks.contract_tools import COMMANDS, PLAIN, Subject, ToolError, run
from benchmarks.pollers import LoadError, serving

# A job ends within a tenth of a second, so that all answers occur.
_SERVER = ("--speed", "1000")
_INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of one tool: the requests that the server counted, and what they took.

    ``seconds`` are those of the clock, ``cpu_seconds`` those that the tool's process computed.
    """

    tool: str
    requests: int
    seconds: float
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Requests a second, the tool's start included."""
        return self.requests / self.seconds

    @property
    def cpu_rate(self) -> float:
        """Requests for each second of computing, which other processes slow down less."""
        return self.requests / self.cpu_seconds


def answered(url: str) -> int:
    """How many requests the server has answered, by its own metrics; probes are not among them."""
    with urlopen(f"{url}/_mock/metrics") as page:
        text = page.read().decode()
    counts = re.findall(r"^gateway_mock_requests_total\{.*\} (\S+)$", text, re.MULTILINE)
    return round(sum(map(float, counts)))


def measure(tool: str, subject: Subject) -> Measured:
    """Let one tool run.

    Raises:
        ToolError: it did not come to its end, or it found the server broken.
    """
    before, began, computed = answered(subject.url), perf_counter(), _computed()
    status = run(tool, subject)
    took, cpu = perf_counter() - began, _computed() - computed
    if status:
        raise ToolError(f"{tool} calls the contract broken: a run that is measured must be clean")
    return Measured(tool, answered(subject.url) - before, took, cpu)


def _computed() -> float:
    """Processor seconds of the processes that were started here and have ended."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def rounds(
    subject: Subject, count: int, report: Callable[[str], None]
) -> Iterator[tuple[Measured, ...]]:
    """What each round measured: every tool once, starting with another one each time.

    Raises:
        ToolError: a tool did not come to its end.
    """
    tools = list(COMMANDS)
    for number in range(count):
        first = number % len(tools)
        found = []
        for tool in tools[first:] + tools[:first]:
            report(f"round {number + 1} of {count}: {tool}")
            found.append(measure(tool, subject))
        yield tuple(found)


def summary(measured: Sequence[Sequence[Measured]]) -> list[dict[str, Any]]:
    """For each tool its medians, and the median of its ratios to plain Schemathesis."""
    by_round = [{each.tool: each for each in found} for found in measured]
    return [_row([(found[tool], found[PLAIN]) for found in by_round]) for tool in COMMANDS]


def _row(pairs: Sequence[tuple[Measured, Measured]]) -> dict[str, Any]:
    """The medians of one tool; each of its rounds stands beside plain Schemathesis'."""
    ratios = [own.rate / plain.rate for own, plain in pairs]
    return {
        "tool": pairs[0][0].tool,
        "requests": median(own.requests for own, _ in pairs),
        "seconds": round(median(own.seconds for own, _ in pairs), 2),
        "per_second": round(median(own.rate for own, _ in pairs), 1),
        "ratio": round(median(ratios), 2),
        "lowest_ratio": round(min(ratios), 2),
        "cpu_ratio": round(median(own.cpu_rate / plain.cpu_rate for own, plain in pairs), 2),
    }


def report(rows: Sequence[dict[str, Any]]) -> None:
    """Print the figures for people."""
    for row in rows:
        click.echo(
            f"{row['tool']:<20}{row['requests']:>7,.0f} requests in {row['seconds']:>6.1f} s"
            f"{row['per_second']:>8.1f}/s  {row['ratio']:.2f} times plain Schemathesis"
            f"  (lowest {row['lowest_ratio']:.2f}, by computing {row['cpu_ratio']:.2f})"
        )


@contextmanager
def progress(total: int) -> Iterator[Callable[[str], None]]:
    """Says on standard error what is running, where that is a terminal."""
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=total)
        begun = False

        def show(text: str) -> None:
            nonlocal begun
            bar.update(task, description=text, advance=int(begun))
            begun = True

        yield show


@click.command(context_settings={"show_default": True})
@click.option("--rounds", "count", default=3, type=click.IntRange(1, 20), help="Medians are shown.")
@click.option("--seed", default=1, help="Of both tools.")
@click.option("--quick", is_flag=True, help="Of the generated requests the ready-made ones only.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def main(count: int, seed: int, quick: bool, as_json: bool) -> None:
    """Compare the suite's requests a second with those of plain Schemathesis.

    After Ctrl-C the finished rounds are shown.
    """
    measured: list[tuple[Measured, ...]] = []
    interrupted = False
    try:
        with serving(_SERVER) as place, progress(count * len(COMMANDS)) as say:
            subject = Subject(url=f"http://{place}", seed=seed, quick=quick)
            for found in rounds(subject, count, say):
                measured.append(found)
    except (LoadError, ToolError) as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        interrupted = True
    rows = summary(measured) if measured else []
    if as_json:
        raw = [[asdict(each) for each in found] for found in measured]
        setting = {"python": platform.python_version(), "seed": seed, "quick": quick}
        click.echo(json.dumps({**setting, "tools": rows, "rounds": raw}))
    else:
        report(rows)
    if interrupted:
        sys.exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
