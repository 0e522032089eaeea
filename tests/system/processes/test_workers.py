"""Several processes behind one address: one state, one end, and a replacement for a dead worker."""

import signal
from multiprocessing.pool import ThreadPool
from pathlib import Path

import httpx
import pytest

from benchmarks.machines import Machine, machine
from benchmarks.redis_server import free_port
from mock_server.settings import Settings
from mock_server.transport.server import bind
from mock_server.transport.workers import Supervisor

ORDER = {"model": "sora-2", "prompt": "A cat", "seconds": "4"}


def client_of(url: str, key: str = "sk-workers") -> httpx.Client:
    """A client with a connection of its own."""
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.Client(base_url=url, headers=headers, timeout=30, trust_env=False)


def as_tenant(url: str, method: str, path: str, body: object = None) -> httpx.Response:
    """The answer to one request on a new connection, which any worker may take."""
    with client_of(url) as client:
        return client.request(method, path, json=body)


def test_workers_are_one_server(shared_store: str) -> None:
    """What is set in one process holds in all: jobs, clock, faults, quota and journal."""
    with machine("--store", shared_store, "--workers", "2", "--frozen") as it:
        job = as_tenant(it.url, "POST", "/v1/videos", ORDER).json()
        as_tenant(it.url, "POST", "/_mock/clock/advance", {"seconds": 3600})
        stages = {
            as_tenant(it.url, "GET", f"/v1/videos/{job['id']}").json()["status"] for _ in range(20)
        }
        as_tenant(it.url, "POST", "/_mock/faults", {"kind": "quota", "limit": 15})
        with ThreadPool(8) as pool:
            asked = [(it.url, "GET", "/v1/models") for _ in range(40)]
            statuses = [answer.status_code for answer in pool.starmap(as_tenant, asked)]
        (fault,) = as_tenant(it.url, "GET", "/_mock/faults").json()["faults"]
        journal = as_tenant(it.url, "POST", "/_mock/requests/search", {"where": {}, "limit": 99})

    assert stages == {"completed"}
    assert sorted(statuses) == [200] * 15 + [429] * 25
    assert (fault["seen"], fault["fired"]) == (40, 25)
    assert [entry["number"] for entry in journal.json()["requests"]] == list(range(1, 62))


@pytest.mark.long
def test_a_stepping_clock_steps_once_a_poll(shared_store: str) -> None:
    """However many poll at once, each poll is one step, and no step is lost."""
    with machine("--store", shared_store, "--workers", "2", "--step", "1") as it:
        job = as_tenant(it.url, "POST", "/v1/videos", ORDER).json()
        began = as_tenant(it.url, "GET", "/_mock/clock").json()["now_ms"]
        with ThreadPool(8) as pool:
            pool.starmap(as_tenant, [(it.url, "GET", f"/v1/videos/{job['id']}")] * 40)
        ended = as_tenant(it.url, "GET", "/_mock/clock").json()["now_ms"]

    assert ended - began == 40_000


def replaced(it: Machine, worker: int) -> bool:
    """Whether the supervisor has put another worker in a killed one's place."""
    now = it.workers
    return worker not in now and len(now) == 2


def test_a_worker_that_dies_is_replaced(shared_store: str) -> None:
    """After a kill the others serve on, and soon there are as many as before."""
    with machine("--store", shared_store, "--workers", "2") as it:
        job = as_tenant(it.url, "POST", "/v1/videos", ORDER).json()
        killed, *_ = it.workers
        it.kill(killed)
        found = []
        while not replaced(it, killed):
            found.append(as_tenant(it.url, "GET", f"/v1/videos/{job['id']}").status_code)

    assert found
    assert set(found) == {200}


@pytest.mark.long
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_all_workers_end_with_the_supervisor(shared_store: str, how: signal.Signals) -> None:
    """A signal to the supervisor ends every process, with the exit status of success."""
    with machine("--store", shared_store, "--workers", "2") as it:
        workers = it.workers
        it.process.send_signal(how)
        status = it.process.wait(30)

        assert len(workers) == 2
        assert status == 0
        with pytest.raises(httpx.ConnectError):
            as_tenant(it.url, "GET", "/v1/models")


@pytest.mark.long
def test_workers_that_cannot_start_end_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A store that is gone when workers start is reported, and not retried for ever."""
    settings = Settings(store=f"redis://127.0.0.1:{free_port()}/0", workers=1)
    with bind("127.0.0.1", 0) as listener:
        said: list[str] = []
        status = Supervisor(settings, listener, tmp_path).run(said.append)

    assert (status, said) == (1, [])
    assert capfd.readouterr().err.count("no Redis answers at 127.0.0.1") == 3
