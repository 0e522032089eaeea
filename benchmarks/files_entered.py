"""How many of this project's files a request enters: how much a reader has to open to follow it.

Run it from the project's folder: `python -m benchmarks.files_entered`. A JSON create and a poll are
sent to an application in this process, and every file with a function that they call is listed.
"""

import asyncio
import gc
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from types import FrameType

import click

from benchmarks.counted_requests import Asker
from mock_server.app import create_app
from mock_server.settings import Settings

ROOT = Path(__file__).parents[1]
# The most files that each request may enter; lowered as the product gets smaller.
LIMITS: Mapping[str, int] = {"create": 30, "poll": 20}
_PACKAGES = ("mock_server", "openapi")
_ORDER = {"model": "sora-2", "prompt": "A calico cat playing a piano on stage", "seconds": "4"}
_JSON = {"content-type": "application/json"}


async def entered(work: Callable[[], Awaitable[object]]) -> list[str]:
    """The files of the product's packages with functions that ``work`` calls, sorted."""
    names: set[str] = set()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            names.add(frame.f_code.co_filename)

    before = sys.getprofile()
    # Finalizers of earlier objects are not part of the request.
    gc.collect()
    gc.disable()
    sys.setprofile(note)
    try:
        await work()
    finally:
        sys.setprofile(before)
        gc.enable()
    folders = tuple(f"{ROOT / package}/" for package in _PACKAGES)
    return sorted(str(Path(name).relative_to(ROOT)) for name in names if name.startswith(folders))


async def files_entered() -> dict[str, list[str]]:
    """The files that a JSON create and a poll enter, once everything is compiled and cached."""
    asker = Asker(create_app(Settings()))

    async def create() -> bytes:
        return await asker.ask("/v1/videos", json.dumps(_ORDER).encode(), _JSON)

    job = json.loads(await create())["id"]

    async def poll() -> bytes:
        return await asker.ask(f"/v1/videos/{job}")

    await poll()
    return {"create": await entered(create), "poll": await entered(poll)}


@click.command()
def main() -> None:
    """List the files that a JSON create and a poll enter; ends with status 1 above the limits."""
    found = asyncio.run(files_entered())
    for name, files in found.items():
        click.echo(f"{name}: {len(files)} files, at most {LIMITS[name]}")
        for file in files:
            click.echo(f"  {file}")
    sys.exit(any(len(files) > LIMITS[name] for name, files in found.items()))


if __name__ == "__main__":
    main()
