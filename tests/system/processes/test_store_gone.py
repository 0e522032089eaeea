"""Answers while the store does not answer, and after it has recovered."""

from collections.abc import Iterator

import httpx
import pytest
import redis

from benchmarks.redis_server import RedisServer
from mock_server.app import build_server
from mock_server.running import serving
from mock_server.settings import Settings
from tests.system.processes.test_workers import ORDER, client_of

pytestmark = pytest.mark.needs("redis-server")


@pytest.fixture
def url(redis_server: RedisServer) -> Iterator[str]:
    """A server on that Redis, which holds its answers to the contract."""
    settings = Settings(store=redis_server.address, validate_responses=True)
    with serving(build_server(settings)) as url:
        yield url


REQUESTS = (
    ("POST", "/v1/videos"),
    ("GET", "/v1/videos"),
    ("GET", "/v1/videos/video_1"),
    ("GET", "/v1/videos/video_1/content"),
    ("DELETE", "/v1/videos/video_1"),
    ("GET", "/v1/models"),
    ("GET", "/nowhere"),
)


def test_every_request_is_answered_with_retry_after(url: str, redis_server: RedisServer) -> None:
    """Without its store the server answers 503 in the API's envelope with Retry-After."""
    redis_server.stop()
    with client_of(url) as client:
        answers = [
            client.request(method, path, json=ORDER if method == "POST" else None)
            for method, path in REQUESTS
        ]

    assert {answer.status_code for answer in answers} == {503}
    assert {answer.json()["error"]["code"] for answer in answers} == {"store_unavailable"}
    assert {answer.headers["retry-after"] for answer in answers} == {"1"}
    assert all(answer.headers["x-request-id"].startswith("req_") for answer in answers)


def test_the_control_api_answers_alike(url: str, redis_server: RedisServer) -> None:
    """Controls act on the store, and say in the same words that it is gone."""
    redis_server.stop()
    with client_of(url) as client:
        answers = [client.get("/_mock/world"), client.delete("/_mock/faults")]

    assert [answer.status_code for answer in answers] == [503, 503]
    assert {answer.json()["error"]["code"] for answer in answers} == {"store_unavailable"}


def test_what_needs_no_store_goes_on(url: str, redis_server: RedisServer) -> None:
    """The contract, the documentation page and a refused key are answered as ever."""
    redis_server.stop()
    with httpx.Client(base_url=url, trust_env=False) as client:
        statuses = [client.get(path).status_code for path in ("/openapi.json", "/docs/")]
        refused = client.get("/v1/videos").status_code

    assert (statuses, refused) == ([200, 200], 401)


def test_the_answer_is_in_the_tenants_dialect(url: str, redis_server: RedisServer) -> None:
    """A known tenant keeps its dialect while its state cannot be read."""
    with client_of(url) as client:
        client.put("/_mock/dialect", json={"dialect": "new-api"})
        client.get("/v1/models")
        redis_server.stop()
        answer = client.get("/v1/videos")

    assert answer.status_code == 503
    assert set(answer.json()["error"]) == {"message", "type", "code"}
    assert "x-oneapi-request-id" in answer.headers
    assert answer.headers["retry-after"] == "1"


def test_service_resumes(url: str, redis_server: RedisServer) -> None:
    """With the store back the same server makes jobs again, without being started anew."""
    with client_of(url) as client:
        client.get("/v1/models")
        redis_server.stop()
        refused = client.post("/v1/videos", json=ORDER).status_code
        redis_server.start()
        job = client.post("/v1/videos", json=ORDER)
        found = client.get(f"/v1/videos/{job.json()['id']}")

    assert (refused, job.status_code, found.status_code) == (503, 200, 200)


def test_readiness_follows_the_store(url: str, redis_server: RedisServer) -> None:
    """Not ready while Redis is gone, or takes no writes; ready again when it does."""

    def ready() -> int:
        return httpx.get(f"{url}/_mock/ready", trust_env=False).status_code

    statuses = [ready()]
    with redis.Redis(port=redis_server.port) as other:
        for most in (1, 0):
            other.config_set("maxmemory", most)
            statuses.append(ready())
    redis_server.stop()
    statuses.append(ready())
    redis_server.start()
    statuses.append(ready())

    assert statuses == [200, 503, 200, 503, 200]
