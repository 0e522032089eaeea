"""Sends every kind of input in both sizes, cut into parts for counting their instructions.

`tests/benchmarks/test_growth.py` starts it under callgrind.
"""

import asyncio
import gc
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.counted_requests import Asker, count_from_here, cut
from benchmarks.growing import QUADRATIC, files
from benchmarks.growing.inputs import Kind, Request
from benchmarks.growing.kinds import KINDS
from mock_server.app import create_app
from mock_server.domain.clock import ManualClock
from mock_server.journal.journal import JournalLimits
from mock_server.settings import Settings

_START_MS = 1_767_225_600_000
_QUADRATIC_SIZE = 300

Work = Callable[[], Awaitable[object]]


async def _square(size: int) -> int:
    names = [f"name {number}" for number in range(size)]
    return sum(names.count(name) for name in names)


async def _ask(asker: Asker, request: Request, key: str, made: str) -> str:
    """Send a request with its own key; return the id in the response, if there is one."""
    headers = {"authorization": f"Bearer {key}", **request.headers}
    answer = await asker.ask(
        request.target.replace("ID", made),
        request.body,
        headers,
        status=request.status,
        method=request.method,
    )
    content = json.loads(answer) if answer[:1] == b"{" else {}
    return str(content.get("id", made))


async def _prepared(asker: Asker, kind: Kind, size: int) -> Work:
    key, made = f"{kind.name.replace(' ', '-')}-{size}", ""
    for before in kind.before(size):
        made = await _ask(asker, before, key, made)
    request = kind.request(size)
    # The first request creates what is cached: compiled rules, tenant state, pictures.
    await _ask(asker, request, key, made)
    return lambda: _ask(asker, request, key, made)


def _file_works(folder: Path) -> Iterator[tuple[str, Work]]:
    for kind in files.KINDS:
        for size in (kind.size, 2 * kind.size):
            path = folder / f"{kind.name.replace(' ', '-')}-{size}.yaml"
            path.write_text(kind.text(size), encoding="utf-8")
            yield f"{kind.name}|{size}", lambda kind=kind, path=path: _read(kind, path)  # type: ignore[misc]  # bound now


async def _read(kind: files.FileKind, path: Path) -> None:
    files.read(kind, path)


async def run(folder: Path) -> None:
    """Do each work once and cut; the first cut ends the start. Prints the names."""
    asker = Asker(create_app(Settings(seed=1, journal=JournalLimits(100)), ManualClock(_START_MS)))
    works: dict[str, Work] = {}
    for kind in KINDS:
        for size in (kind.size, 2 * kind.size):
            works[f"{kind.name}|{size}"] = await _prepared(asker, kind, size)
    for name, work in _file_works(folder):
        await work()
        works[name] = work
    for size in (_QUADRATIC_SIZE, 2 * _QUADRATIC_SIZE):
        works[f"{QUADRATIC}|{size}"] = lambda size=size: _square(size)  # type: ignore[misc]  # bound now
    gc.disable()
    count_from_here()
    cut()
    for work in works.values():
        await work()
        cut()
    print(json.dumps(list(works)))


if __name__ == "__main__":
    with TemporaryDirectory() as made:
        asyncio.run(run(Path(made)))
