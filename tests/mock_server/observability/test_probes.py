"""What machines ask a server: alive, ready, counted; without a key, and beside the API."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from mock_server.app import build_server
from mock_server.media import MediaLibrary
from mock_server.observability.counters import RENDERS, Counters, OwnTally
from mock_server.running import running_gateway, serving
from mock_server.settings import Settings
from mock_server.stores import MemoryStore
from video_gateway_mock.handle import Gateway

ADMIN = "an-admin-token"
CREATE = {"model": "sora-2", "prompt": "A cat"}


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    """A server without a control API, as on an address that others can reach."""
    with running_gateway(Settings(control=False, local=False, admin_token=ADMIN)) as gateway:
        yield gateway


def get(gateway: Gateway, path: str, token: str | None = None) -> httpx.Response:
    """The answer to a request, without a key unless there is a token."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return httpx.get(gateway.base_url.removesuffix("/v1") + path, headers=headers, trust_env=False)


def counted(text: str) -> dict[tuple[str, tuple[str, ...]], float]:
    """Every number of a scrape by its name and the values of its labels, which are sorted."""
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize(("path", "status"), [("/health", "ok"), ("/ready", "ready")])
def test_a_probe_needs_no_key_and_no_control_api(gateway: Gateway, path: str, status: str) -> None:
    """Both answer 200 in JSON, with a request id, and are not to be cached."""
    answer = get(gateway, f"/_mock{path}")

    assert (answer.status_code, answer.json()) == (200, {"status": status})
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-request-id"].startswith("req_")


def test_a_probe_only_reads(gateway: Gateway) -> None:
    """Any other method is answered as where there is no such path."""
    answer = httpx.post(f"{gateway.base_url.removesuffix('/v1')}/_mock/health", trust_env=False)

    assert answer.status_code == 404


class _Store(MemoryStore):
    """A store that fails, or never answers."""

    def __init__(self, *, hangs: bool) -> None:
        super().__init__()
        self._hangs = hangs

    async def check(self) -> None:
        if self._hangs:
            await asyncio.Event().wait()
        raise ConnectionError("the store is gone")


@pytest.mark.parametrize("hangs", [False, True])
def test_a_server_without_its_store_is_alive_but_not_ready(
    monkeypatch: pytest.MonkeyPatch, hangs: bool
) -> None:
    """Readiness is 503 while the store fails or is silent; health does not ask it."""
    monkeypatch.setattr("mock_server.app.open_store", lambda *_: _Store(hangs=hangs))
    monkeypatch.setattr("mock_server.observability.health._STORE_PATIENCE_S", 0.01)
    with serving(build_server(Settings())) as url, httpx.Client(trust_env=False) as client:
        statuses = [client.get(f"{url}/_mock/{path}").status_code for path in ("ready", "health")]

    assert statuses == [503, 200]


@pytest.mark.parametrize(("token", "status"), [(None, 401), ("sk-other", 403), (ADMIN, 200)])
def test_metrics_off_loopback_take_the_admin_token(
    gateway: Gateway, token: str | None, status: int
) -> None:
    """Without the token they are refused in the API's envelope."""
    answer = get(gateway, "/_mock/metrics", token)

    assert answer.status_code == status
    assert (status == 200) == answer.text.startswith("# HELP")
    if status != 200:
        assert set(answer.json()) == {"error"}


def test_metrics_count_what_was_done() -> None:
    """Answers, durations, jobs, faults, renders, refusals and connections are counted."""
    with (
        running_gateway() as gateway,
        httpx.Client(
            base_url=gateway.base_url, headers={"Authorization": "Bearer counted"}, trust_env=False
        ) as client,
    ):
        gone = httpx.get(gateway.base_url + "/" + "a" * 40_000, trust_env=False)
        made = client.post("/videos", json=CREATE, headers={"Prefer": "scenario=instant"})
        client.post("/videos", json={**CREATE, "model": "sora-2+429"})
        client.get(f"/videos/{made.json()['id']}/content?variant=thumbnail")
        numbers = counted(get(gateway, "/_mock/metrics").text)

    assert gone.status_code == 414
    assert numbers["gateway_mock_requests_total", ("createVideo", "200")] == 1
    assert numbers["gateway_mock_requests_total", ("createVideo", "429")] == 1
    assert numbers["gateway_mock_requests_total", ("none", "414")] == 1
    assert numbers["gateway_mock_request_seconds_count", ("createVideo",)] == 2
    assert numbers["gateway_mock_request_seconds_bucket", ("+Inf", "createVideo")] == 2
    assert numbers["gateway_mock_jobs_created_total", ("videos", "sora-2")] == 1
    assert numbers["gateway_mock_faults_total", ("rate_limit",)] == 1
    assert numbers["gateway_mock_refused_total", ("url_too_long",)] == 1
    assert numbers["gateway_mock_renders_total", ()] == 1
    assert numbers["gateway_mock_renders_under_way", ()] == 0
    assert numbers["gateway_mock_open_connections", ()] >= 1


def test_probes_are_not_counted() -> None:
    """A scrape does not count as a request."""
    with running_gateway() as gateway:
        for path in ("health", "ready", "metrics"):
            get(gateway, f"/_mock/{path}")
        numbers = counted(get(gateway, "/_mock/metrics").text)

    assert [name for name, _ in numbers if name == "gateway_mock_requests_total"] == []


def test_a_render_that_fails_is_none() -> None:
    """Only media that were made are counted."""
    tally = OwnTally()

    def fail(*_: Any) -> Any:
        raise OSError("no encoder")

    library = MediaLibrary(max_bytes=1, workers=1, render=Counters(tally).counting(RENDERS, fail))
    with pytest.raises(OSError, match="no encoder"):
        asyncio.run(library.get(*[None] * 2))  # type: ignore[arg-type]

    assert (tally.totals(), library.under_way) == ({}, 0)


def test_the_only_process_has_metrics() -> None:
    """It is one worker, and its memory has no label that would set it apart."""
    with running_gateway() as gateway:
        numbers = counted(get(gateway, "/_mock/metrics").text)

    assert numbers["gateway_mock_workers", ()] == 1
    assert numbers["process_resident_memory_bytes", ()] > 0
