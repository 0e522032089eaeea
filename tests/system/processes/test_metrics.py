"""A scrape of any worker has the counts of all, killed ones included."""

import socket
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from benchmarks.machines import Machine, machine
from tests.mock_server.observability.test_probes import counted
from tests.system.processes.test_workers import ORDER, as_tenant, replaced

Numbers = dict[tuple[str, tuple[str, ...]], float]
ASKED, OPEN = (
    ("gateway_mock_requests_total", ("listModels", "200")),
    "gateway_mock_open_connections",
)


def scraped(it: Machine) -> Numbers:
    """The metrics of whichever worker answers."""
    return counted(httpx.get(f"{it.url}/_mock/metrics", trust_env=False, timeout=60).text)


def killed(it: Machine, worker: int) -> None:
    """Kill a worker, and wait until another is in its place."""
    it.kill(worker)
    while not replaced(it, worker):
        continue


def address(tmp_path: Path) -> str:
    """A store that workers can share; counts are not in it."""
    return f"sqlite:///{tmp_path}/jobs.db"


@pytest.mark.long
def test_a_scrape_has_the_counts_of_all_workers(tmp_path: Path) -> None:
    """Every scrape has the same sums, also after all workers were killed."""
    with machine("--store", address(tmp_path), "--workers", "2") as it:
        for _ in range(20):
            as_tenant(it.url, "GET", "/v1/models")
        as_tenant(it.url, "POST", "/v1/videos", ORDER)
        scrapes = [scraped(it) for _ in range(10)]
        for worker in it.workers:
            killed(it, worker)
            scrapes.append(scraped(it))
        as_tenant(it.url, "GET", "/v1/models")
        last = scraped(it)

    assert {numbers[ASKED] for numbers in scrapes} == {20}
    assert {
        numbers["gateway_mock_jobs_created_total", ("videos", "sora-2")] for numbers in scrapes
    } == {1}
    assert last[ASKED] == 21


@pytest.mark.long
def test_the_dead_have_no_connections(tmp_path: Path) -> None:
    """Levels are those of live workers, and process metrics are labelled by place."""
    with machine("--store", address(tmp_path), "--workers", "2") as it, ExitStack() as stack:
        place = urlsplit(it.url)
        for _ in range(20):
            stack.enter_context(socket.create_connection((str(place.hostname), place.port)))
        # The scrape's own connection is one more, those of earlier ones may not be closed yet.
        while scraped(it)[OPEN, ()] != 21:
            continue
        for worker in it.workers:
            killed(it, worker)
        while (numbers := scraped(it))[OPEN, ()] != 1 or numbers["gateway_mock_workers", ()] != 2:
            continue

    memory = {labels for name, labels in numbers if name == "process_resident_memory_bytes"}
    assert memory == {("0",), ("1",)}


@pytest.mark.long
def test_ready_is_the_same_from_every_worker(tmp_path: Path) -> None:
    """Readiness is about what all share, also while a worker is being replaced."""
    with machine("--store", address(tmp_path), "--workers", "2") as it:
        worker = it.workers[0]
        it.kill(worker)
        scrapes: list[int] = []
        while len(scrapes) < 20 or not replaced(it, worker):
            scrapes.append(httpx.get(f"{it.url}/_mock/ready", trust_env=False).status_code)

    assert set(scrapes) == {200}


@pytest.mark.long
def test_nothing_is_left_behind(tmp_path: Path) -> None:
    """The folder of the counts goes with the server, however that ends."""
    for how in ("terminate", "kill"):
        with machine("--store", address(tmp_path), "--workers", "2", temporary=tmp_path) as it:
            (folder,) = tmp_path.glob("gateway-mock-*")
            getattr(it.process, how)()
            while folder.exists():
                continue
