"""Proves with other people's tools that the client's edition of the contract makes clients.

Called by `make client-tools`, which has installed them in the folder that is given. Stops at the
first tool that finds a fault.
"""

import base64
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from openapi.dialects.loading import load_dialects
from video_gateway_mock import running_gateway

HERE = Path(__file__).parent
# One pixel.
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)


def main(folder: Path) -> None:
    """Run every tool on the contract of every dialect."""
    for file in HERE.iterdir():
        shutil.copy(file, folder / file.name)
    (folder / "first.png").write_bytes(base64.b64decode(PNG))
    for dialect in load_dialects():
        sys.stdout.write(f"client-tools: the dialect {dialect}\n")
        sys.stdout.flush()
        clients(folder, dialect)
        with serving(folder, dialect=dialect, requests="example", speed=1000) as gateway:
            run("node", "collection.mjs", cwd=folder, environment=gateway)
    sys.stdout.write("client-tools: clients of other services\n")
    sys.stdout.flush()
    with running_gateway(service="openrouter", step=30) as gateway:
        where = {"GATEWAY_URL": gateway.url, "GATEWAY_KEY": gateway.api_key}
        run(folder / "venv/bin/python", "openrouter_client.py", cwd=folder, environment=where)
        run("node", "openrouter.mjs", cwd=folder, environment=where)
    run(sys.executable, HERE / "schemathesis_runs.py", folder)


def clients(folder: Path, dialect: str) -> None:
    """Generate clients, check their types, and let each create, poll and download a video."""
    tools, python = folder / "node_modules/.bin", folder / "venv/bin"
    with serving(folder, dialect=dialect, step=30) as gateway:
        run(
            *(python / "openapi-python-client", "generate", "--meta", "none", "--overwrite"),
            *("--fail-on-warning", "--config", "generator.yaml"),
            *("--path", "contract.json", "--output-path", "gateway_client"),
            cwd=folder,
        )
        run(python / "mypy", "--strict", "--cache-dir", "mypy", "client.py", cwd=folder)
        run(python / "python", "client.py", cwd=folder, environment=gateway)
        run("node", "types.mjs", "contract.json", "gateway.d.ts", cwd=folder)
        run(tools / "tsc", "--project", "tsconfig.json", cwd=folder)
        run("node", "built/client.js", cwd=folder, environment=gateway)


@contextmanager
def serving(folder: Path, **options: str | float) -> Iterator[Mapping[str, str]]:
    """A fake with these options, as environment variables; its contract is written to a file."""
    contract, image = folder / "contract.json", folder / "first.png"
    with running_gateway(**options) as gateway:
        with urllib.request.urlopen(f"{gateway.url}/openapi-clients.json") as answer:
            contract.write_bytes(answer.read())
        yield {
            "GATEWAY_URL": gateway.url,
            "GATEWAY_KEY": gateway.api_key,
            "CONTRACT": str(contract),
            "IMAGE": str(image),
            # In the mode example uploads are not examined.
            "CLIP": str(image),
        }


def run(
    *command: str | Path, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> None:
    """Run a tool, and end with its status if it fails."""
    ended = subprocess.run(command, cwd=cwd, env={**os.environ, **(environment or {})}, check=False)
    if ended.returncode:
        sys.exit(f"client-tools: {' '.join(map(str, command))} ended with {ended.returncode}")


main(Path(sys.argv[1]).resolve())
