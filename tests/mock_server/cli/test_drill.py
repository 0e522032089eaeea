"""``gateway-mock drill``: a client in any language, run in every case."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.project.source import ROOT

COMMAND = (sys.executable, "-m", "mock_server", "drill")
# Without a client library: what any language can do.
NAIVE = """
import json, os, sys, time, urllib.request

def call(path, body=None):
    headers = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}
    data = None if body is None else json.dumps(body).encode()
    if data:
        headers["Content-Type"] = "application/json"
    url = os.environ["OPENAI_BASE_URL"] + path
    return urllib.request.urlopen(urllib.request.Request(url, data, headers))

order = {"model": "sora-2", "prompt": "A cat", "seconds": "4"}
try:
    job = json.load(call("/videos", order))
except OSError:
    job = json.load(call("/videos", order))
while job["status"] not in ("completed", "failed"):
    job = json.load(call("/videos/" + job["id"]))
with open(sys.argv[1], "wb") as film:
    try:
        answer = call(f"/videos/{job['id']}/content")
        while piece := answer.read1(1000):
            film.write(piece)
    except OSError:
        pass
"""


def drill(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, away from the checkout's configuration."""
    return subprocess.run(
        [*COMMAND, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.long
def test_a_naive_client_is_found_out(tmp_path: Path) -> None:
    """All four kinds are found, with what shows them, and the exit status says so."""
    script = tmp_path / "naive.py"
    script.write_text(NAIVE)
    (tmp_path / "out").mkdir()
    film = str(tmp_path / "out" / "film.mp4")
    cases = ("create_lost", "stuck_queued", "fails_at_60", "download_truncated", "instant")
    done = drill(
        *(word for case in cases for word in ("--case", case)),
        *("--requests", "60", "--files", str(tmp_path / "out"), "--format", "json"),
        *("--", sys.executable, str(script), film),
    )
    assert done.returncode == 1, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    found = {
        case["case"]: [finding["kind"] for finding in case["findings"]] for case in report["cases"]
    }

    assert found == {
        "instant": [],
        "stuck_queued": ["hangs"],
        "fails_at_60": ["reports success for a failure"],
        "create_lost": ["pays twice"],
        "download_truncated": ["keeps half a file"],
    }
    assert report["findings"] == 4


@pytest.mark.long
def test_a_client_of_another_service_is_found_out(tmp_path: Path) -> None:
    """Faults of creates, polls and downloads are used on the operations with those roles."""
    script = tmp_path / "naive.py"
    moved = NAIVE.replace('["OPENAI_BASE_URL"]', '["OPENAI_BASE_URL"][:-3] + "/api/v1"')
    fields = moved.replace('"model": "sora-2"', '"model": "google/veo-3.1"')
    script.write_text(fields.replace('"seconds": "4"', '"duration": 4'))
    cases = ("create_lost", "poll_500", "fails_at_60", "download_truncated")
    done = drill(
        *(word for case in cases for word in ("--case", case)),
        *("--service", "openrouter", "--format", "json"),
        *("--", sys.executable, str(script), str(tmp_path / "film.mp4")),
    )
    assert done.returncode == 1, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    found = {
        case["case"]: (case["outcome"], [finding["kind"] for finding in case["findings"]])
        for case in report["cases"]
    }

    assert found == {
        "fails_at_60": ("passed", ["reports success for a failure"]),
        "create_lost": ("passed", ["pays twice"]),
        "poll_500": ("failed", []),
        "download_truncated": ("passed", ["keeps half a file"]),
    }


def test_a_client_that_fails_anyway_cannot_be_judged() -> None:
    """The end of what it printed is shown."""
    done = drill("--case", "instant", "--", sys.executable, "-c", "raise SystemExit('no film')")

    assert done.returncode == 3
    assert "fails while nothing goes wrong (exit status 1)" in done.stderr
    assert "no film" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--case", "nope", "--", "true"], 2, "no case 'nope'; known: answer_lost"),
        (["--timeout", "0", "--", "true"], 2, "--timeout"),
        ([], 2, "COMMAND"),
        (["--case", "instant", "--", "/no/such/client"], 3, "cannot be started: No such file"),
    ],
)
def test_what_cannot_be_run_is_refused(arguments: list[str], status: int, message: str) -> None:
    """Each has its exit status, and the message says why."""
    done = drill(*arguments)

    assert (done.returncode, message in done.stderr) == (status, True), done.stderr


def test_a_careful_client_passes() -> None:
    """One that only asks what models there are hangs nowhere and pays nothing."""
    script = "import urllib.request, os; urllib.request.urlopen(os.environ['OPENAI_BASE_URL'][:-3])"
    done = drill("--case", "create_*", "--", sys.executable, "-c", script)

    assert (done.returncode, done.stdout) == (0, "9 cases: nothing was found\n"), done.stderr


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="processes are ended by their group")
def test_an_interrupted_drill_leaves_no_process(tmp_path: Path) -> None:
    """Asked to end, it ends the client, what the client started, and the server."""
    named = tmp_path / "named"
    os.mkfifo(named)
    script = (
        "import os, subprocess, sys, threading\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import threading;"
        " threading.Event().wait()'])\n"
        f"open({str(named)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        "threading.Event().wait()\n"
    )
    with subprocess.Popen([*COMMAND, "--", sys.executable, "-c", script], cwd=ROOT) as running:
        pids = [int(pid) for pid in named.read_text().split()]
        running.send_signal(signal.SIGTERM)
        status = running.wait(60)

    assert status == 128 + signal.SIGTERM
    assert len(pids) == 2
    for pid in pids:
        assert not _is_alive(pid)


def _is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended may wait for its parent to take note."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
