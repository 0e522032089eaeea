"""Faults as clients meet them: through a real connection, by the official SDK and by httpx."""

from collections.abc import Iterator
from uuid import uuid4

import httpx
import openai
import pytest
from openai import OpenAI

from mock_server.running import Gateway, running_gateway

ORDER = {"model": "sora-2", "prompt": "A cat", "seconds": "4"}


@pytest.fixture(scope="module")
def server() -> Iterator[Gateway]:
    """One server for all tests of this file."""
    with running_gateway() as gateway:
        yield gateway


@pytest.fixture
def gateway(server: Gateway) -> Gateway:
    """A world of its own for each test, its clock stepping while a client polls."""
    world = server.with_key(f"sk-{uuid4().hex}")
    world.clock.step(20)
    return world


@pytest.fixture
def http(gateway: Gateway) -> Iterator[httpx.Client]:
    """A client that hides nothing."""
    headers = {"Authorization": f"Bearer {gateway.api_key}"}
    with httpx.Client(base_url=gateway.base_url, headers=headers, trust_env=False) as client:
        yield client


def sdk(gateway: Gateway, retries: int = 2) -> OpenAI:
    """The official client of a gateway."""
    return OpenAI(base_url=gateway.base_url, api_key=gateway.api_key, max_retries=retries)


def test_polling_moves_a_stepping_clock(gateway: Gateway) -> None:
    """An unmodified poll loop ends at once, with no help and no waiting."""
    video = sdk(gateway).videos.create_and_poll(model="sora-2", prompt="A cat", seconds="12")

    assert video.status == "completed"


def test_a_world_has_its_own_scenario_and_clock(server: Gateway, gateway: Gateway) -> None:
    """What is set for one key does nothing to another's jobs."""
    gateway.scenario("fails_at_60")
    other = server.with_key(f"sk-{uuid4().hex}")
    other.clock.step(20)

    ends = [
        sdk(each).videos.create_and_poll(model="sora-2", prompt="A cat", seconds="4").status
        for each in (gateway, other)
    ]

    assert ends == ["failed", "completed"]


def test_the_sdk_recovers_from_two_errors(gateway: Gateway) -> None:
    """Two 503s are retried by the client, and the third attempt makes one job."""
    fault = gateway.fault("rate_limit", operation="createVideo", first=2, retry_after_ms=1)
    client = sdk(gateway)

    client.videos.create(model="sora-2", prompt="A cat", seconds="4")

    assert fault.fired == 2
    assert len(list(client.videos.list())) == 1


def test_an_error_of_any_status(gateway: Gateway) -> None:
    """A status fault arrives as the SDK's own exception, with the code that was set."""
    gateway.fault("status", status=402, code="insufficient_user_quota", message="No quota left")

    with pytest.raises(openai.APIStatusError) as caught:
        sdk(gateway, retries=0).videos.create(model="sora-2", prompt="A cat", seconds="4")

    assert (caught.value.status_code, caught.value.code) == (402, "insufficient_user_quota")


def test_a_dropped_connection_after_the_job_was_made(gateway: Gateway) -> None:
    """The answer is lost, the job is there: the case in which a retry pays twice."""
    gateway.fault("disconnect", operation="createVideo", first=1, after_work=True)
    client = sdk(gateway, retries=0)

    with pytest.raises(openai.APIConnectionError):
        client.videos.create(model="sora-2", prompt="A cat", seconds="4")

    assert len(list(client.videos.list())) == 1


def test_a_connection_dropped_at_once_makes_no_job(gateway: Gateway) -> None:
    """Without after_work nothing is done with the request."""
    gateway.fault("disconnect", operation="createVideo", first=1)
    client = sdk(gateway, retries=0)

    with pytest.raises(openai.APIConnectionError):
        client.videos.create(model="sora-2", prompt="A cat", seconds="4")

    assert list(client.videos.list()) == []


def test_a_truncated_body(gateway: Gateway, http: httpx.Client) -> None:
    """Fewer bytes than announced, then the end of the connection."""
    gateway.fault("truncated", operation="listVideos")

    with pytest.raises(httpx.RemoteProtocolError):
        http.get("/videos")


@pytest.mark.parametrize(
    "broken",
    [
        ("malformed_json", {}, "application/json"),
        ("wrong_content_type", {"value": "text/csv"}, "text/csv"),
        ("html", {}, "text/html; charset=utf-8"),
        ("duplicated", {}, "application/json"),
        ("slow_drip", {"pieces": 4, "pause_ms": 0}, "application/json"),
        ("latency", {"ms": 0}, "application/json"),
    ],
)
def test_an_answer_that_is_not_what_it_should_be(
    broken: tuple[str, dict[str, object], str], gateway: Gateway, http: httpx.Client
) -> None:
    """Each broken answer comes with status 200, as it does in the wild."""
    kind, settings, kept = broken
    gateway.fault(kind, operation="listVideos", **settings)

    answer = http.get("/videos")

    assert (answer.status_code, answer.headers["content-type"]) == (200, kept)
    assert (kind in ("malformed_json", "html", "duplicated")) == (not _is_json(answer))


def _is_json(answer: httpx.Response) -> bool:
    try:
        answer.json()
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    ("settings", "broken"),
    [
        ({"how": "missing", "field": "progress"}, None),
        ({"how": "type", "field": "progress"}, "0"),
        ({"how": "enum", "field": "status", "value": "finalizing"}, "finalizing"),
    ],
)
def test_a_schema_that_drifts(
    settings: dict[str, str], broken: str | None, gateway: Gateway, http: httpx.Client
) -> None:
    """One field is gone, of another type, or has a word nobody documents."""
    gateway.fault("schema_break", operation="createVideo", **settings)

    answer = http.post("/videos", json=ORDER)

    assert answer.json().get(settings["field"]) == broken


def test_a_fault_is_for_the_requests_it_names(gateway: Gateway, http: httpx.Client) -> None:
    """Operation, model, prompt pattern and number of the request all have to fit."""
    gateway.fault("status", status=500, model="sora-2-pro")
    gateway.fault("status", status=501, prompt="^A dog")
    gateway.fault("status", status=502, operation="createVideo", nth=2)

    statuses = [
        http.post("/videos", json=ORDER | changed).status_code
        for changed in ({}, {}, {"model": "sora-2-pro"}, {"prompt": "A dog"}, {})
    ]

    assert statuses == [200, 502, 500, 501, 200]


def test_a_fault_ends_with_its_time(gateway: Gateway, http: httpx.Client) -> None:
    """A fault that was forgotten ends by itself, on the world's own clock."""
    gateway.fault("status", status=500, ttl_s=60)
    before = http.get("/models").status_code
    gateway.clock.advance(60)

    assert (before, http.get("/models").status_code) == (500, 200)


def test_a_fault_nobody_knows_is_refused_with_the_known_ones(gateway: Gateway) -> None:
    """A slip in a fault's name or setting is told at once."""
    with pytest.raises(ValueError, match="no fault 'latncy'; known: latency, "):
        gateway.fault("latncy")
    with pytest.raises(ValueError, match="does not take"):
        gateway.fault("status", stauts=500)
