"""The server of a test process: it starts, says why it cannot, and goes with its parent."""

import json
import subprocess
import sys
from pathlib import PureWindowsPath

import psutil
import pytest

from tests.video_gateway_mock.conftest import Run
from video_gateway_mock import ServerError, running_gateway
from video_gateway_mock.server import arguments_of

PARENT = """
import json, os, signal, sys
from video_gateway_mock.server import ServerProcess

server = ServerProcess()
url = server.url
if {forks} and os.fork() == 0:
    signal.pause()
print(json.dumps([url, server._process.pid]), flush=True)
{end}
"""
ENDS = {
    "killed": "os.kill(os.getpid(), signal.SIGKILL)",
    "left at once": "os._exit(3)",
    "raising": "raise SystemExit(1)",
}


@pytest.mark.parametrize("end", ENDS)
def test_the_server_goes_with_its_parent(end: str) -> None:
    """However the parent ends, its server ends, too."""
    script = PARENT.format(forks=False, end=ENDS[end])
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    _, pid = json.loads(done.stdout)

    gone, alive = psutil.wait_procs(_processes(pid), timeout=30)

    assert alive == [], gone


def test_a_forked_process_does_not_keep_the_server() -> None:
    """A process that the parent forked holds the pipe open, and the server ends all the same."""
    script = PARENT.format(forks=True, end=ENDS["killed"])
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as parent:
        assert parent.stdout is not None
        _, pid = json.loads(parent.stdout.readline())
        parent.wait()
        server = _processes(pid)
        _, alive = psutil.wait_procs(server, timeout=30)
        for left in psutil.process_iter(["cmdline"]):
            if script in (left.info["cmdline"] or []):
                left.kill()

    assert alive == []


def _processes(pid: int) -> list[psutil.Process]:
    try:
        return [psutil.Process(pid)]
    except psutil.NoSuchProcess:
        return []


def test_options_are_given_by_name() -> None:
    """``running_gateway`` takes the options of ``gateway-mock``, flags and lists among them."""
    with running_gateway(dialect="openai", frozen=True, fault=["latency ms=1"]) as gateway:
        assert [fault.kind for fault in gateway.faults] == ["latency"]
        assert gateway.clock.now() == gateway.clock.now()


def test_a_strict_fault_that_is_never_used_fails_the_block() -> None:
    """The end of the block asserts it, unless the block has failed already."""
    with pytest.raises(AssertionError, match=r"the fault status .* was never used"):
        _fail_with(None)
    with pytest.raises(KeyError):
        _fail_with(KeyError())


def _fail_with(error: Exception | None) -> None:
    with running_gateway() as gateway:
        gateway.fault("status", status=503, strict=True)
        if error is not None:
            raise error


def test_a_server_that_cannot_start_says_why() -> None:
    """The error holds the command's own words."""
    with pytest.raises(ServerError, match=r"No such option.*no-such"), running_gateway(no_such=1):
        pass


def test_a_settings_object_is_refused_by_name() -> None:
    """What worked in-process cannot be sent to another process, and the message says what can."""
    with pytest.raises(TypeError, match=r"settings=.*text, a number, a path, True or a list"):
        arguments_of({"settings": object()})  # type: ignore[dict-item]


def test_a_windows_path_stays_one_argument() -> None:
    """Backslashes and blanks of a path are passed on as they are."""
    path = str(PureWindowsPath(r"C:\Films of mine\models.yaml"))

    assert arguments_of({"models": path, "cors": None, "frozen": False}) == [f"--models={path}"]


def test_a_server_that_ends_midway_is_explained(run: Run) -> None:
    """A test with a dead server fails with the last output of the server."""
    result = run("""
import psutil

def test_killed(video_gateway):
    for child in psutil.Process().children(recursive=True):
        child.kill()
        child.wait()
""")

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*the server of video_gateway is gone: 'gateway-mock --port 0 *"])


def test_an_override_of_the_replaced_fixture_says_how_to_move(run: Run) -> None:
    """A suite that still returns ``Settings`` gets a message what to return instead."""
    result = run("""
@pytest.fixture(scope="session")
def video_gateway_settings():
    return object()

def test_it(video_gateway): pass
""")

    result.stdout.fnmatch_lines(["*video_gateway_settings was replaced by video_gateway_options*"])


def test_collecting_starts_no_server(run: Run) -> None:
    """``--collect-only`` is as quick as without the plugin."""
    result = run(
        """
import atexit, psutil
atexit.register(lambda: print("children:", psutil.Process().children()))
def test_it(video_gateway): pass
""",
        "--collect-only",
    )

    result.stdout.fnmatch_lines(["*children: []*"])
