"""How soon a broken server is found out, by this suite and by plain Schemathesis.

Run it from the project's folder: `python -m benchmarks.first_finding --help`. Each tool runs as a
command and ends at its first finding; what is shown is the time from its start to its end.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter

import click

from benchmarks.contract_run import progress
from benchmarks.contract_tools import PLAIN, WHOLE, Subject, ToolError, run
from contract_tests.defects.defect import Defect
from contract_tests.defects.detection import known_defects
from contract_tests.targets.fake import fast_mock_over_http

TOOLS = {WHOLE: ("--fail-fast", "--quick"), PLAIN: ("--max-failures", "1")}
# Five that plain Schemathesis finds too, and three that only this suite does.
USUAL = ("S01", "S04", "C02", "C04", "C09", "A02", "C06", "L01")


@dataclass(frozen=True, slots=True)
class Found:
    """How one tool did on one server; ``found`` is whether it called it broken."""

    defect: str
    tool: str
    found: bool
    seconds: float


def measure(defect: Defect, tool: str, seed: int) -> Found:
    """Let a tool run until its first finding.

    Raises:
        ToolError: it ended with no verdict.
    """
    with fast_mock_over_http(defect.wrap) as url:
        subject, began = Subject(url=url, seed=seed), perf_counter()
        status = run(tool, subject, *TOOLS[tool])
        return Found(defect.id, tool, bool(status), round(perf_counter() - began, 2))


def report(found: Sequence[Found]) -> None:
    """Print for people: a line for each server, and what both found compared."""
    by_defect: dict[str, dict[str, Found]] = {}
    for each in found:
        by_defect.setdefault(each.defect, {})[each.tool] = each
    for name, tools in by_defect.items():
        cells = [f"{tool} {_shown(each)}" for tool, each in tools.items()]
        click.echo(f"{name}  {'   '.join(cells)}")
    both = [tools for tools in by_defect.values() if len(tools) == len(TOOLS)]
    ratios = [
        tools[PLAIN].seconds / tools[WHOLE].seconds
        for tools in both
        if all(each.found for each in tools.values())
    ]
    if ratios:
        click.echo(f"of {len(ratios)} that both find, this suite is {median(ratios):.1f} x as fast")


def _shown(found: Found) -> str:
    verdict = "finds it in" if found.found else "finds nothing in"
    return f"{verdict} {found.seconds:.1f} s"


@click.command(context_settings={"show_default": True})
@click.argument("defects", nargs=-1)
@click.option("--seed", default=1, help="Of both tools.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def main(defects: tuple[str, ...], seed: int, as_json: bool) -> None:
    """Time both tools on servers that are broken on purpose; DEFECTS are ids of the catalogue."""
    found: list[Found] = []
    try:
        chosen = list(known_defects(defects or USUAL))
        with progress(len(chosen) * len(TOOLS)) as say:
            for defect in chosen:
                for tool in TOOLS:
                    say(f"{defect.id}: {tool}")
                    found.append(measure(defect, tool, seed))
    except KeyError as error:
        raise click.UsageError(f"no defect {error}; see gateway-contract detect") from error
    except ToolError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found]))
    else:
        report(found)


if __name__ == "__main__":
    main()
