"""A fake with its page, a browser of the system, and jobs to look at."""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[2]
KEY = "sk-anything"
_READY = re.compile(r"ready on (\S+)  docs: \S+  workbench: (\S+)")
_NAMES = ("chromium", "chromium-browser", "google-chrome")
TABS = ("jobs", "requests", "clock", "behaviour", "webhooks", "bill", "connect")


@contextmanager
def fake(*options: str) -> Iterator[tuple[str, str]]:
    """The address of a fake, and the one that opens its page."""
    command = [ROOT / ".venv/bin/gateway-mock", "--port", "0", *options]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        found = _READY.search(server.stdout.readline())
        assert found is not None, "gateway-mock did not print the address of its page"
        yield found[1], found[2]
    finally:
        server.terminate()
        server.wait()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of the system."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        sys.exit(f"the workbench is looked at with one of {', '.join(_NAMES)}: install chromium")
    # The sandbox of the browser does not work for root, who runs CI in a container.
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=options)
        yield browser
        browser.close()


def call(url: str, path: str, body: Any = None, *, method: str = "") -> Any:
    """Call the gateway or its control API; the answer, whatever its status is."""
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    method = method or ("GET" if body is None else "POST")
    request = urllib.request.Request(f"{url}{path}", data, headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return json.load(error)


def create(url: str, prompt: str, **more: Any) -> str:
    """The id of a new job."""
    return call(url, "/v1/videos", {"model": "sora-2", "prompt": prompt, **more})["id"]


def fill(url: str) -> str:
    """Make jobs, requests, faults and webhooks worth looking at; the id of a completed job."""
    call(url, "/_mock/webhooks/endpoints", {"url": "http://127.0.0.1:9/hooks"})
    for scenario in ("upstream_timeout", "stuck_at_99", "cancelled", "fails_at_60", "slow"):
        call(url, "/_mock/scenario", {"scenario": scenario}, method="PUT")
        create(url, f"A film about the scenario {scenario}")
    call(url, "/_mock/scenario", {"scenario": "happy"}, method="PUT")
    done = create(url, "An otter juggles lanterns over the night market")
    call(url, "/_mock/clock/advance", {"seconds": 55})
    call(url, "/_mock/jobs/" + done + "/end", {})
    for prompt in ("A lighthouse in fog", "A lighthouse in fog", "Rain on a tin roof"):
        create(url, prompt)
        call(url, "/_mock/clock/advance", {"seconds": 6})
    call(url, f"/v1/videos/{done}")
    call(url, "/v1/videos", {"model": "sora-2", "prompt": "Too long", "seconds": "5"})
    call(url, "/_mock/faults", {"kind": "status", "status": 503, "operation": "retrieveVideo", "first": 2})
    call(url, "/_mock/faults", {"kind": "latency", "ms": 40, "probability": 0.5})
    for _ in range(3):
        call(url, f"/v1/videos/{done}")
    return done
