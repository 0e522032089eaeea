"""Many connections that send large bodies at the same time: how much memory the server takes.

Run it from the project's folder: `python -m benchmarks.bodies --help`. Each connection sends a form
with a file in it, as fast as it is taken, and says what it was answered.
"""

import asyncio
import json
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import click

from benchmarks.machines import machine

_MB = 1_000_000
_PIECE = bytes(64 * 1024)
_EDGE = b"edge"
_FIELDS = {"model": b"sora-2", "prompt": b"A calico cat"}


def _part(name: str, more: str = "") -> bytes:
    start = f'--edge\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return start.encode()


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


async def _send(writer: asyncio.StreamWriter, megabytes: int) -> None:
    """A form, in chunks, so that nothing says beforehand how large it will be."""
    head = (
        "POST /v1/videos HTTP/1.1\r\nHost: bodies\r\nAuthorization: Bearer bodies\r\n"
        "Content-Type: multipart/form-data; boundary=edge\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    fields = b"".join(_part(name) + value + b"\r\n" for name, value in _FIELDS.items())
    writer.write(head.encode() + _chunk(fields + _part("unknown", '; filename="large"')))
    for _ in range(megabytes * _MB // len(_PIECE)):
        writer.write(_chunk(_PIECE))
        await writer.drain()
    writer.write(_chunk(b"\r\n--edge--\r\n") + b"0\r\n\r\n")
    await writer.drain()


async def _one(netloc: str, megabytes: int) -> str:
    """What one connection was answered."""
    host, _, port = netloc.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    sending = asyncio.ensure_future(_send(writer, megabytes))
    try:
        return (await reader.readline()).split()[1].decode()
    except (OSError, IndexError):
        return "dropped"
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        writer.close()


async def _all(netloc: str, connections: int, megabytes: int) -> Counter[str]:
    answers = await asyncio.gather(*(_one(netloc, megabytes) for _ in range(connections)))
    return Counter(answers)


def _megabytes(pid: int, what: str) -> int:
    """A value of the process's status in megabytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith(f"{what}:"))
    return int(line.split()[1]) * 1024 // _MB


@click.command(context_settings={"show_default": True, "ignore_unknown_options": True})
@click.option("--connections", default=200, type=click.IntRange(1), help="How many send at once.")
@click.option("--megabytes", default=50, type=click.IntRange(1), help="How much each sends.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.argument("server_options", nargs=-1, type=click.UNPROCESSED)
def main(connections: int, megabytes: int, as_json: bool, server_options: tuple[str, ...]) -> None:
    """Send large bodies over many connections; SERVER_OPTIONS go to gateway-mock."""
    with machine("--max-body", str((megabytes + 1) * _MB), *server_options) as it:
        pid, netloc = it.process.pid, urlsplit(it.url).netloc
        before = _megabytes(pid, "VmRSS")
        answers = asyncio.run(_all(netloc, connections, megabytes))
        found = {
            "connections": connections,
            "megabytes": megabytes,
            "answers": dict(answers),
            "before_mb": before,
            "peak_mb": _megabytes(pid, "VmHWM"),
            "after_mb": _megabytes(pid, "VmRSS"),
        }
    if as_json:
        click.echo(json.dumps(found))
        return
    summary = ", ".join(f"{count} {status}" for status, count in sorted(answers.items()))
    click.echo(f"{connections} connections, each sends {megabytes} MB: {summary}")
    click.echo("memory: {before_mb} MB before, at most {peak_mb} MB".format(**found))


if __name__ == "__main__":
    main()
