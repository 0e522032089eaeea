"""Thousands of pollers and hundreds of creators at the same time: no error, and no job lost.

Run it from the project's folder: `python -m benchmarks.pollers --help`. Each creator makes jobs and
keeps the last, each poller asks about a job that somebody made; all pause between two requests as
clients do. Afterwards every job that was answered is looked for, in the list and by itself.
"""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import urlsplit

import click

from benchmarks.crowd import Crowd, Load, Seen

ROOT = Path(__file__).parents[1]
GRACE_S = 60


class LoadError(Exception):
    """The server did not start."""


@contextmanager
def serving(options: tuple[str, ...]) -> Iterator[str]:
    """Host and port of a server process with these options, which ends with the block.

    Raises:
        LoadError: the server did not start, or did not end as it should.
    """
    command = [sys.executable, "-m", "mock_server", "--port", "0", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            ready = re.search(r"http://\S+", process.stdout.readline())
            if ready is None:
                raise LoadError("the server did not start; what it says is above")
            yield urlsplit(ready[0]).netloc
        finally:
            process.terminate()
            process.wait(GRACE_S)
    if process.returncode:
        raise LoadError(f"the server ended with status {process.returncode}")


def p99(times: list[float]) -> float:
    """Within how many milliseconds 99 in 100 answers came."""
    return quantiles(times, n=100)[98] if len(times) > 1 else 0.0


def summary(load: Load, seen: Seen) -> dict[str, Any]:
    """The figures of a run."""
    rows = {
        kind: {
            "answers": len(times),
            "per_second": round(len(times) / load.seconds, 1),
            "p50_ms": round(quantiles(times, n=2)[0], 2) if len(times) > 1 else 0.0,
            "p99_ms": round(p99(times), 2),
            "longest_ms": round(max(times, default=0.0), 2),
        }
        for kind, times in seen.took.items()
    }
    return {
        **rows,
        "jobs": sum(map(len, seen.jobs.values())),
        "errors": dict(seen.errors),
        "pollers": load.pollers,
        "creators": load.creators,
        "seconds": load.seconds,
    }


def report(found: dict[str, Any]) -> None:
    """Print the figures for people."""
    click.echo(f"{found['pollers']} pollers, {found['creators']} creators, {found['seconds']:g} s")
    for kind in ("create", "poll"):
        row = found[kind]
        click.echo(
            f"{kind:<8}{row['answers']:>9,} answers {row['per_second']:>9,}/s"
            f"  p50 {row['p50_ms']} ms  p99 {row['p99_ms']} ms  longest {row['longest_ms']} ms"
        )
    click.echo(
        f"{found['jobs']:,} jobs made, all of them found once; no error"
        if not found["errors"]
        else f"{found['jobs']:,} jobs made; errors: {found['errors']}"
    )


def runner() -> asyncio.Runner:
    """uvloop where it is installed: a crowd in one process needs what speed there is."""
    with suppress(ImportError):
        import uvloop

        return asyncio.Runner(loop_factory=uvloop.new_event_loop)
    return asyncio.Runner()


@click.command(context_settings={"show_default": True, "ignore_unknown_options": True})
@click.option("--seconds", default=60.0, type=click.FloatRange(0.5), help="How long they ask.")
@click.option("--pollers", default=2000, type=click.IntRange(0), help="Who ask about jobs.")
@click.option("--creators", default=200, type=click.IntRange(1), help="Who make jobs.")
@click.option("--tenants", default=20, type=click.IntRange(1), help="Keys they share.")
@click.option("--pause", default=1.0, type=click.FloatRange(0), help="Seconds between requests.")
@click.option("--url", help="A server that runs already, in place of one of its own.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.argument("server_options", nargs=-1, type=click.UNPROCESSED)
def main(url: str | None, as_json: bool, server_options: tuple[str, ...], **load: Any) -> None:
    """Poll and create from thousands of connections; SERVER_OPTIONS go to gateway-mock.

    Ends with status 1 when an answer was an error, or a job was lost.
    """
    wanted = Load(**load)

    def measured(netloc: str) -> Seen:
        crowd = Crowd(netloc, wanted)
        with runner() as loop:
            loop.run(crowd.run())
        return crowd.seen

    try:
        if url:
            seen = measured(urlsplit(url).netloc)
        else:
            with serving(server_options) as netloc:
                seen = measured(netloc)
    except LoadError as error:
        raise click.ClickException(str(error)) from error
    found = summary(wanted, seen)
    if as_json:
        click.echo(json.dumps(found))
    else:
        report(found)
    sys.exit(1 if found["errors"] else 0)


if __name__ == "__main__":
    main()
