"""The throughput script measures a server of its own, and refuses to measure failures."""

import json

import pytest
from click.testing import CliRunner

from benchmarks import throughput
from benchmarks.requests import Call, LoadError, Pressure
from benchmarks.sockets import load_with_sockets
from tests.system.clients.gateway import StillGateway

SHORT = Pressure(seconds=0.1, connections=2)


def test_the_script_prints_a_rate_for_create_and_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both forms of create and the poll have a rate of their own, above zero."""
    monkeypatch.setattr(throughput, "WARM_UP_S", 0.1)
    short = ["--json", "--rounds", "2", "--seconds", "0.1", "--loader", "sockets"]
    printed = CliRunner().invoke(throughput.main, short, catch_exceptions=False)
    results = json.loads(printed.stdout)["results"]

    assert [found["call"] for found in results] == ["create (JSON)", "create (multipart)", "poll"]
    assert all(0 < found["slowest"] <= found["rate"] <= found["fastest"] for found in results)
    assert all(0 < found["p50_ms"] <= found["p99_ms"] for found in results)


def test_a_refused_request_is_no_measurement(still_server: StillGateway) -> None:
    """A rate of error answers is an error, reported with the answer."""
    without_key = Call("poll", "GET", "/v1/videos", headers={})

    with pytest.raises(LoadError, match="missing_api_key"):
        load_with_sockets(still_server.url, without_key, SHORT)
