"""The real process: one line when it is ready, and an end at once when it is interrupted."""

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from mock_server.transport.server import bind, url_of
from tests.mock_server.samples import SORA
from tests.mock_server.wire import PATIENCE_S, head, read_answer
from tests.project.source import ROOT

READY = re.compile(
    r"video gateway mock ready on (http://127\.0\.0\.1:\d+)  docs: (\S+)(?:  workbench: \S+)?\n"
)
CONTROL = re.compile(r"control API on (http://127\.0\.0\.1:\d+)/_mock  admin token: (\S+)\n")
CREATE = json.dumps(SORA).encode()
KEY = {"Authorization": "Bearer key"}


@contextmanager
def gateway_mock(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """The command as a user starts it; it is killed if a test leaves it running."""
    command = [sys.executable, "-m", "mock_server", "--port", "0", *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def ready(process: "subprocess.Popen[str]") -> tuple[str, str]:
    """The base URL and the documentation page that the process announces."""
    assert process.stdout is not None
    announced = READY.fullmatch(process.stdout.readline())
    control = CONTROL.fullmatch(process.stdout.readline())
    assert announced is not None
    assert control is not None
    assert control[1] == announced[1]
    return announced[1], announced[2]


def interrupted(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    """Exit status and what was printed after an interrupt."""
    process.send_signal(signal.SIGINT)
    printed, complained = process.communicate(timeout=PATIENCE_S)
    return process.returncode, printed, complained


def test_it_announces_its_address_once_and_stops_on_a_signal() -> None:
    """Two lines with URL, page, control API and token; then status 0 and not a word more."""
    with gateway_mock() as process:
        url, page = ready(process)
        with httpx.Client(trust_env=False) as client:
            listed = client.get(f"{url}/v1/videos", headers=KEY)
            shown = client.get(page, follow_redirects=True)
        outcome = interrupted(process)

    assert (listed.status_code, shown.status_code) == (200, 200)
    assert outcome == (0, "", "")


def test_an_upload_under_way_does_not_keep_it() -> None:
    """A request that is still being sent is cut off, without a trace."""
    with gateway_mock() as process:
        url, _ = ready(process)
        port = httpx.URL(url).port
        with socket.create_connection(("127.0.0.1", port or 0), PATIENCE_S) as connection:
            kind = {"Content-Type": "application/json", "Content-Length": "9"}
            # The server says so when it begins to wait for the body.
            expecting = {**KEY, **kind, "Expect": "100-continue"}
            connection.sendall(head("POST", "/v1/videos", expecting))
            began = connection.recv(100)
            status, printed, complained = interrupted(process)

    assert began.startswith(b"HTTP/1.1 100 ")
    assert (status, printed) == (0, "")
    assert "Traceback" not in complained


LATE = {**KEY, "Prefer": "fault=latency"}


@contextmanager
def answering(url: str) -> Iterator[socket.socket]:
    """A connection with a request that takes a second."""
    port = httpx.URL(url).port
    with socket.create_connection(("127.0.0.1", port or 0), PATIENCE_S) as connection:
        kind = {"Content-Type": "application/json", "Content-Length": str(len(CREATE))}
        connection.sendall(head("POST", "/v1/videos", {**LATE, **kind, "Expect": "100-continue"}))
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(CREATE)
        yield connection


def test_sigterm_lets_answers_be_finished() -> None:
    """New connections are refused, what is being answered is, and the end is a success."""
    with gateway_mock() as process:
        url, _ = ready(process)
        with answering(url) as connection:
            process.terminate()
            answer = read_answer(connection)
            with pytest.raises(httpx.ConnectError):
                httpx.get(f"{url}/v1/videos", headers=KEY, trust_env=False)
        printed, complained = process.communicate(timeout=PATIENCE_S)

    assert (answer.status, answer.json()["status"]) == (200, "queued")
    assert answer.headers["connection"] == "close"
    assert (process.returncode, printed, complained) == (0, "", "")


def test_sigterm_does_not_wait_for_ever() -> None:
    """After so many seconds an answer that is not finished is cut off, and the end is a success."""
    with gateway_mock("--drain", "0") as process:
        url, _ = ready(process)
        with answering(url) as connection:
            process.terminate()
            received = connection.recv(100)
        _, complained = process.communicate(timeout=PATIENCE_S)

    assert not received.startswith(b"HTTP/1.1 200")
    assert process.returncode == 0
    assert "Traceback" not in complained


def test_sigterm_ends_an_idle_server_at_once() -> None:
    """Connections that wait for their next request do not keep it."""
    with gateway_mock() as process:
        url, _ = ready(process)
        with httpx.Client(trust_env=False) as client:
            client.get(f"{url}/v1/videos", headers=KEY)
            process.terminate()
            outcome = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, outcome) == (0, ("", ""))


def test_a_second_signal_ends_at_once() -> None:
    """It waits for no response, and the signal is in the exit status."""
    with gateway_mock("--fault", "latency ms=600000", "--drain", "600") as process:
        url, _ = ready(process)
        with answering(url) as connection:
            process.terminate()
            refused(url)
            process.terminate()
            ended = connection.recv(100)
        _, complained = process.communicate(timeout=PATIENCE_S)

    assert ended == b""
    assert process.returncode == 128 + signal.SIGTERM
    assert "Traceback" not in complained


def refused(url: str) -> None:
    """Return when no more connections are accepted: the first signal has arrived."""
    while True:
        try:
            httpx.get(f"{url}/docs", trust_env=False)
        except httpx.ConnectError:
            return
        except httpx.TransportError:
            # It was cut off as the last one that was accepted.
            continue


def test_a_taken_port_is_explained() -> None:
    """The message says what cannot be listened on and how to fix it."""
    with bind("127.0.0.1", 0) as listener:
        port = str(listener.getsockname()[1])
        with gateway_mock("--port", port) as process:
            printed, complained = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, printed) == (1, "")
    assert f"cannot listen on 127.0.0.1:{port}" in complained
    assert "--port" in complained
    assert "Traceback" not in complained


def test_a_failure_at_the_start_is_no_success(tmp_path: Path) -> None:
    """An unusable file ends the process with status 1 before anything is announced."""
    with gateway_mock("--contract", str(tmp_path / "none.yaml")) as process:
        printed, complained = process.communicate(timeout=PATIENCE_S)

    assert (process.returncode, printed) == (1, "")
    assert "none.yaml" in complained


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_port_zero_is_some_free_port(host: str) -> None:
    """Two servers that ask for it get different ones, and each has a URL."""
    try:
        first = bind(host, 0)
    except OSError:
        pytest.skip(f"this machine has no address {host}")
    with first as one, bind(host, 0) as other:
        urls = {url_of(one), url_of(other)}

    assert len(urls) == 2
    assert all(httpx.URL(url).host == host and httpx.URL(url).port for url in urls)


def test_an_address_of_another_machine_is_explained() -> None:
    """A host that is not this machine's cannot be listened on."""
    with pytest.raises(OSError, match=r"cannot listen on 192\.0\.2\.1:0: .*--host must be"):
        bind("192.0.2.1", 0)
