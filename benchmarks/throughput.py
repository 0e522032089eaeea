"""How many creates and polls a second one gateway-mock process answers over HTTP on loopback.

Run it from the project's folder: `python -m benchmarks.throughput --help`. The jobs it creates stay
in the server's memory until it ends; rounds and seconds bound how many there are.
"""

import json
import platform
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import click

from benchmarks.peers.fake import FAKE
from benchmarks.requests import (
    ORDER,
    Call,
    LoadError,
    Pressure,
    Round,
    demand,
    order_as_form,
    order_as_json,
    poll,
)
from benchmarks.servers import StartError, running
from benchmarks.sockets import load_with_sockets
from benchmarks.wrk import load_with_wrk

ROOT = Path(__file__).parents[1]
WARM_UP_S = 1
LOADERS: Mapping[str, Callable[[str, Call, Pressure], Round]] = {
    "wrk": load_with_wrk,
    "sockets": load_with_sockets,
}


@dataclass(frozen=True, slots=True)
class Result:
    """A call's median over all rounds, with the slowest and the fastest round."""

    call: str
    rate: float
    slowest: float
    fastest: float
    p50_ms: float
    p99_ms: float


def calls(url: str) -> tuple[Call, ...]:
    """The measured calls; the job that is polled is made here."""
    create = order_as_json(ORDER)
    job = demand(url, create).json()
    return create, order_as_form(ORDER), poll(job["id"])


def summary(call: Call, rounds: Sequence[Round]) -> Result:
    """The medians of several rounds."""
    rates = [found.rate for found in rounds]
    return Result(
        call.name,
        rate=median(rates),
        slowest=min(rates),
        fastest=max(rates),
        p50_ms=median(found.p50_ms for found in rounds),
        p99_ms=median(found.p99_ms for found in rounds),
    )


def measure(loader: str, rounds: int, pressure: Pressure) -> list[Result]:
    """Warm up, then take the rounds, one call after the other.

    Raises:
        StartError: the server did not start.
        LoadError: an answer was no success.
    """
    load = LOADERS[loader]
    results = []
    with running(FAKE) as server:
        url = server.url
        for call in calls(url):
            load(url, call, Pressure(WARM_UP_S, pressure.connections))
            results.append(summary(call, [load(url, call, pressure) for _ in range(rounds)]))
    return results


def report(setting: Mapping[str, Any], results: Sequence[Result]) -> None:
    """Print the results for people."""
    click.echo(", ".join(f"{name} {value}" for name, value in setting.items()))
    for found in results:
        click.echo(
            f"{found.call:<20}{found.rate:>8,.0f}/s"
            f"  ({found.slowest:,.0f} to {found.fastest:,.0f})"
            f"  p50 {found.p50_ms:.1f} ms  p99 {found.p99_ms:.1f} ms"
        )


@click.command(context_settings={"show_default": True})
@click.option("--rounds", default=5, type=click.IntRange(1, 20), help="The median is shown.")
@click.option("--seconds", default=2.0, type=click.FloatRange(0.1, 30), help="Of each round.")
@click.option("--connections", default=32, type=click.IntRange(1, 512), help="At the same time.")
@click.option("--loader", type=click.Choice(list(LOADERS)), help="wrk where it is installed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def main(rounds: int, loader: str | None, as_json: bool, **pressure: Any) -> None:
    """Measure one gateway-mock process over HTTP: create as JSON, create as a form, poll."""
    loader = loader or ("wrk" if shutil.which("wrk") else "sockets")
    setting = {"python": platform.python_version(), "loader": loader, "rounds": rounds, **pressure}
    try:
        results = measure(loader, rounds, Pressure(**pressure))
    except (LoadError, StartError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps({**setting, "results": [asdict(found) for found in results]}))
    else:
        report(setting, results)


if __name__ == "__main__":
    main()
