"""How a server with a snapshot ends, as a process: what it kept, what it says, and its status."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.mock_server.stores.test_snapshot_file import jobs_in
from tests.mock_server.transport.test_server import KEY, gateway_mock, ready

PATIENCE_S = 30
ORDER = {"model": "sora-2", "prompt": "A cat", "seconds": "4"}


def make(url: str) -> str:
    """The id of a new job."""
    answer = httpx.post(f"{url}/v1/videos", json=ORDER, headers=KEY, trust_env=False)
    return str(answer.json()["id"])


@pytest.fixture(autouse=True)
def attached() -> Iterator[None]:
    """Processes begin as from a terminal, also when the tests themselves run under ``nohup``."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


def ended(process: "subprocess.Popen[str]") -> str:
    """What it complains of until its end."""
    return process.communicate(timeout=PATIENCE_S)[1]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_server_ended_by_a_signal_keeps_its_state(tmp_path: Path, how: signal.Signals) -> None:
    """A closed terminal ends it like any other signal: written, with success."""
    path = tmp_path / "state.json"
    with gateway_mock("--snapshot", str(path)) as process:
        made = make(ready(process)[0])
        process.send_signal(how)
        ended(process)

    assert process.returncode == 0
    assert jobs_in(path) == [made]
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_to_outlive_its_terminal_does(tmp_path: Path) -> None:
    """Where a hang-up is ignored, as ``nohup`` has it, the server goes on."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with gateway_mock("--snapshot", str(tmp_path / "state.json")) as process:
        url, _ = ready(process)
        process.send_signal(signal.SIGHUP)
        made = make(url)
        process.terminate()
        ended(process)

    assert jobs_in(tmp_path / "state.json") == [made]


def test_what_could_not_be_written_is_no_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The status is 1, and the message names the file with the state."""
    folder = tmp_path / "folder"
    folder.mkdir()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    with gateway_mock("--snapshot", str(folder / "state.json")) as process:
        made = make(ready(process)[0])
        folder.rename(tmp_path / "away")
        process.terminate()
        complaint = ended(process)
    (saved,) = temporary.glob("*.snapshot")

    assert process.returncode == 1
    assert f"are in {saved}" in complaint
    assert jobs_in(saved) == [made]


def test_a_second_server_does_not_start(tmp_path: Path) -> None:
    """It says why with status 1, and the first one's state is whole."""
    path = tmp_path / "state.json"
    with gateway_mock("--snapshot", str(path)) as first:
        made = make(ready(first)[0])
        with gateway_mock("--snapshot", str(path)) as second:
            refused = ended(second)
        first.terminate()
        ended(first)

    assert second.returncode == 1
    assert "another server uses it" in refused
    assert jobs_in(path) == [made]


def test_the_lock_of_a_killed_server_does_not_block_another(tmp_path: Path) -> None:
    """However a process ends, another one can have its snapshot."""
    path = tmp_path / "state.json"
    with gateway_mock("--snapshot", str(path)) as killed:
        ready(killed)
        killed.kill()
        killed.wait(PATIENCE_S)
        ended(killed)
    with gateway_mock("--snapshot", str(path)) as process:
        made = make(ready(process)[0])
        process.terminate()
        ended(process)

    assert jobs_in(path) == [made]
