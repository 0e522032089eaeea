"""How many creates and polls a second one gateway-mock process answers over HTTP on loopback.

Run it from the project's folder: `python -m benchmarks.throughput --help`. The jobs it creates stay
in the server's memory until it ends; rounds and seconds bound how many there are.
"""

import json
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import click

from benchmarks.loaders import GRACE_S, LOADERS, Call, LoadError, Pressure, Round

ROOT = Path(__file__).parents[1]
KEY = {"Authorization": "Bearer benchmark"}
# A job of 12 seconds is under way for three minutes, longer than anybody asks about it here.
ORDER = {"model": "sora-2", "prompt": "A calico cat playing a piano on stage", "seconds": "12"}
BOUNDARY = "a-line-between-two-parts"
WARM_UP_S = 1


@dataclass(frozen=True, slots=True)
class Result:
    """A call's median over all rounds, with the slowest and the fastest round."""

    call: str
    rate: float
    slowest: float
    fastest: float
    p50_ms: float
    p99_ms: float


@contextmanager
def serving() -> Iterator[str]:
    """The base URL of a server process that ends with the block.

    Raises:
        LoadError: the server did not start.
    """
    command = [sys.executable, "-m", "mock_server", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            ready = re.search(r"http://\S+", process.stdout.readline())
            if ready is None:
                raise LoadError("the server did not start; what it says is above")
            yield ready[0]
        finally:
            process.terminate()


def calls(url: str) -> tuple[Call, ...]:
    """The measured calls; the job that is polled is made here."""
    as_json = KEY | {"Content-Type": "application/json"}
    as_form = KEY | {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    parts = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in ORDER.items()
    )
    form = f"{parts}--{BOUNDARY}--\r\n".encode()
    create = Call("create (JSON)", "POST", "/v1/videos", as_json, json.dumps(ORDER).encode())
    with closing(HTTPConnection(urlsplit(url).netloc, timeout=GRACE_S)) as connection:
        connection.request("POST", create.path, create.body, as_json)
        job_id = json.load(connection.getresponse())["id"]
    return (
        create,
        Call("create (multipart)", "POST", "/v1/videos", as_form, form),
        Call("poll", "GET", f"/v1/videos/{job_id}", KEY),
    )


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
        LoadError: the server did not start, or an answer was no success.
    """
    load = LOADERS[loader]
    results = []
    with serving() as url:
        for call in calls(url):
            load(url, call, Pressure(WARM_UP_S, pressure.connections))
            results.append(summary(call, [load(url, call, pressure) for _ in range(rounds)]))
    return results


def tell(setting: Mapping[str, Any], results: Sequence[Result]) -> None:
    """Print the results for people."""
    click.echo(", ".join(f"{name} {value}" for name, value in setting.items()))
    for found in results:
        click.echo(
            f"{found.call:<20}{found.rate:>8,.0f}/s"
            f"  ({found.slowest:,.0f} to {found.fastest:,.0f})"
            f"  p50 {found.p50_ms:.1f} ms  p99 {found.p99_ms:.1f} ms"
        )


@click.command(context_settings={"show_default": True})
@click.option("--rounds", default=5, type=click.IntRange(1, 20), help="The median is told.")
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
    except LoadError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps({**setting, "results": [asdict(found) for found in results]}))
    else:
        tell(setting, results)


if __name__ == "__main__":
    main()
