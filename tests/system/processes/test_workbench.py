"""Every worker of a shared store shows the same page, and says what has changed in any of them."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import orjson
import pytest

from benchmarks.machines import ADMIN, machine
from mock_server.http.security import tenant_of
from tests.system.processes.test_workers import ORDER, as_tenant

# So many connections reach both workers, all but surely.
PAGES = 6
PATH = "/_mock/workbench"


def page_of(url: str, stack: ExitStack) -> httpx.Client:
    """A browser that has signed in."""
    query = {"key": tenant_of("sk-workers")}
    browser = httpx.Client(base_url=url, params=query, timeout=60, trust_env=False)
    stack.enter_context(browser)
    signed = browser.get("/", params={"token": ADMIN}, headers={"Accept": "text/html"})
    assert signed.status_code == 200
    return browser


def news_of(browser: httpx.Client, stack: ExitStack) -> Iterator[set[str]]:
    """The parts that have changed, by an event stream on a connection of its own."""
    parts = {"parts": "jobs,status"}
    stream = stack.enter_context(browser.stream("GET", f"{PATH}/events", params=parts))
    messages = (line.partition("data: ")[2] for line in stream.iter_lines())
    return (set(orjson.loads(message)) for message in messages if message)


@pytest.mark.long
def test_every_worker_shows_the_same(tmp_path: Path) -> None:
    """A job that one worker has made, and its clock, reach the pages of all."""
    store = f"sqlite:///{tmp_path}/jobs.db"
    with machine("--store", store, "--workers", "2", "--frozen") as it, ExitStack() as stack:
        as_tenant(it.url, "GET", "/v1/models")
        pages = [page_of(it.url, stack) for _ in range(PAGES)]
        streams = [news_of(page, stack) for page in pages]
        first = [next(stream) for stream in streams]
        job = as_tenant(it.url, "POST", "/v1/videos", ORDER).json()["id"]
        made = [next(stream) for stream in streams]
        as_tenant(it.url, "POST", "/_mock/clock/advance", {"seconds": 3600})
        moved = [next(stream) for stream in streams]
        shown = {page.get(f"{PATH}/part/jobs").text for page in pages}

    assert first == [{"jobs", "status"}] * PAGES
    assert made == [{"jobs"}] * PAGES
    assert moved == [{"jobs", "status"}] * PAGES
    assert len(shown) == 1
    assert job in shown.pop()
