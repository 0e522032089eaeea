"""Measures the fake beside what people would pick instead: `make bench`."""

import os
import platform
import shutil
import signal
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import click

from benchmarks.bench import Bench, Plan, Progress
from benchmarks.peers import EVERYBODY
from benchmarks.peers.peer import Peer
from benchmarks.requests import Pressure
from benchmarks.results.figures import RESULTS, Figures, Results, as_json, write
from benchmarks.results.picture import picture
from benchmarks.results.tables import show
from benchmarks.rows import ROWS
from benchmarks.rows.row import Row

_OTHERS = [peer.name for peer in EVERYBODY.values() if not peer.is_fake]
_ROWS = [heading.name for row in ROWS for heading in row.headings]


def measure(rows: Sequence[Row], peers: Mapping[str, Peer], plan: Plan) -> Results:
    """Measure one row after the other and show the progress on standard error."""
    found: list[Figures] = []
    with Progress(len(rows)) as progress, Bench(peers, plan, progress.report) as bench:
        for row in rows:
            found.extend(row.measure(bench))
            progress.done()
        entrants = bench.entrants(found)
    load = {
        "rounds": plan.rounds,
        "seconds": plan.pressure.seconds,
        "connections": plan.pressure.connections,
        "jobs": plan.jobs,
    }
    taken = datetime.now(UTC).strftime("%Y-%m-%d")
    return Results(taken=taken, machine=machine(), load=load, entrants=entrants, rows=found)


def machine() -> dict[str, str]:
    """What the figures were taken on."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processors": str(os.cpu_count()),
        "python": platform.python_version(),
    }


def _chosen(names: Sequence[str]) -> Mapping[str, Peer]:
    wanted = set(names or _OTHERS)
    return {n: peer for n, peer in EVERYBODY.items() if peer.is_fake or n in wanted}


def _rows(names: Sequence[str]) -> list[Row]:
    return [
        row for row in ROWS if not names or any(heading.name in names for heading in row.headings)
    ]


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    """End as Ctrl-C does, so that every server is ended too."""
    raise KeyboardInterrupt


@click.command(context_settings={"show_default": True})
@click.option("--rounds", default=5, type=click.IntRange(1, 50), help="The median is shown.")
@click.option("--seconds", default=2, type=click.IntRange(1, 60), help="Length of a round.")
@click.option("--connections", default=16, type=click.IntRange(1, 512), help="Open connections.")
@click.option("--jobs", default=100_000, type=click.IntRange(1), help="For the row about memory.")
@click.option("--only", multiple=True, type=click.Choice(_ROWS), help="A row; may be repeated.")
@click.option("--peers", multiple=True, type=click.Choice(_OTHERS), help="May be repeated.")
@click.option("--out", type=click.Path(path_type=Path), help="Where the JSON is written.")
@click.option("--json", "json_wanted", is_flag=True, help="Print the JSON in place of tables.")
def main(
    only: tuple[str, ...], peers: tuple[str, ...], out: Path | None, json_wanted: bool, **how: int
) -> None:
    """Measure everybody with the same load, in turns, and show the medians of the ratios.

    A run of all rows and all peers writes benchmarks/results.json and the picture
    beside it; any other writes nothing without --out.
    """
    if shutil.which("wrk") is None:
        raise click.ClickException("wrk sends the load and is not installed (Debian: wrk)")
    signal.signal(signal.SIGTERM, _terminated)
    plan = Plan(
        rounds=how["rounds"],
        pressure=Pressure(how["seconds"], how["connections"]),
        jobs=how["jobs"],
    )
    results = measure(_rows(only), _chosen(peers), plan)
    if json_wanted:
        click.echo(as_json(results))
    else:
        show(results)
    whole = not (only or peers)
    if path := out or (RESULTS if whole else None):
        write(path, as_json(results))
        write(path.with_suffix(".svg"), picture(results))


if __name__ == "__main__":
    main()
