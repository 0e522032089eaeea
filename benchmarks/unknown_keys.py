"""Keys that nobody has seen before, each polling once: what memory a server keeps of them.

Run it from the project's folder: `python -m benchmarks.unknown_keys --help`. The server runs in
this process, without connections, so that all memory is its own.
"""

import asyncio
import gc
import json
import resource
from pathlib import Path
from time import perf_counter

import click
from starlette.types import ASGIApp, Message, Scope

from mock_server.app import create_app
from mock_server.settings import Settings

_PATH = "/v1/videos/video_of_somebody_else"
_NOT_FOUND = 404
# So many are seen before memory is measured, so that what is made once is not counted.
_FIRST = 1000


def _scope(key: int) -> Scope:
    headers = [(b"host", b"unknown"), (b"authorization", f"Bearer unknown-{key}".encode())]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": _PATH,
        "raw_path": _PATH.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
        "state": {},
    }


async def _poll(app: ASGIApp, keys: range) -> int:
    """Ask once with each key; how many were answered that there is no such video."""
    found = 0

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal found
        found += message.get("status") == _NOT_FOUND

    for key in keys:
        await app(_scope(key), receive, send)
    return found


def _memory() -> int:
    """Bytes of this process that are in memory."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


@click.command(context_settings={"show_default": True})
@click.option("--keys", default=1_000_000, type=click.IntRange(1), help="How many poll.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def main(keys: int, as_json: bool) -> None:
    """Poll once with each of many keys that nobody has seen before."""
    app = create_app(Settings())
    with asyncio.Runner() as runner:
        runner.run(_poll(app, range(-_FIRST, 0)))
        before, started = _memory(), perf_counter()
        answers = runner.run(_poll(app, range(keys)))
        took = perf_counter() - started
        grown = _memory() - before
    found = {
        "keys": keys,
        "answers": answers,
        "grown_mb": round(grown / 1e6, 1),
        "bytes_a_key": round(grown / keys),
        "microseconds_a_poll": round(took / keys * 1e6, 1),
    }
    if as_json:
        click.echo(json.dumps(found))
        return
    click.echo(
        "{answers:,} of {keys:,} keys answered, {microseconds_a_poll} us each;"
        " memory grew by {grown_mb} MB, {bytes_a_key} bytes a key".format(**found)
    )


if __name__ == "__main__":
    main()
