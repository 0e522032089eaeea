"""Faults as clients meet them: through a real connection, by the official SDK and by httpx."""

from uuid import uuid4

import httpx
import openai
import pytest

from mock_server.running import Gateway
from tests.system.clients.gateway import openai_client

ORDER = {"model": "sora-2", "prompt": "A cat", "seconds": "4"}


def test_polling_moves_a_stepping_clock(gateway: Gateway) -> None:
    """An unmodified poll loop ends at once, with no help and no waiting."""
    video = openai_client(gateway).videos.create_and_poll(
        model="sora-2", prompt="A cat", seconds="12"
    )

    assert video.status == "completed"


def test_a_tenant_has_its_own_scenario_and_clock(control_server: Gateway, gateway: Gateway) -> None:
    """What is set for one key does nothing to another's jobs."""
    gateway.scenario("fails_at_60")
    other = control_server.with_key(f"sk-{uuid4().hex}")
    other.clock.step(20)

    ends = [
        openai_client(each)
        .videos.create_and_poll(model="sora-2", prompt="A cat", seconds="4")
        .status
        for each in (gateway, other)
    ]

    assert ends == ["failed", "completed"]


def test_the_sdk_recovers_from_two_errors(gateway: Gateway) -> None:
    """Two 429s are retried by the client, and the third attempt makes one job."""
    fault = gateway.fault("rate_limit", operation="createVideo", first=2, retry_after_ms=1)
    client = openai_client(gateway)

    client.videos.create(model="sora-2", prompt="A cat", seconds="4")

    assert fault.fired == 2
    assert len(list(client.videos.list())) == 1


def test_an_error_of_any_status(gateway: Gateway) -> None:
    """A status fault arrives as the SDK's own exception, with the code that was set."""
    gateway.fault("status", status=402, code="insufficient_user_quota", message="No quota left")

    with pytest.raises(openai.APIStatusError) as caught:
        openai_client(gateway, retries=0).videos.create(model="sora-2", prompt="A cat", seconds="4")

    assert (caught.value.status_code, caught.value.code) == (402, "insufficient_user_quota")


def test_a_dropped_connection_after_the_job_was_made(gateway: Gateway) -> None:
    """The answer is lost, the job is there: the case in which a retry pays twice."""
    gateway.fault("disconnect", operation="createVideo", first=1, after_work=True)
    client = openai_client(gateway, retries=0)

    with pytest.raises(openai.APIConnectionError):
        client.videos.create(model="sora-2", prompt="A cat", seconds="4")

    assert len(list(client.videos.list())) == 1


def test_a_connection_dropped_at_once_makes_no_job(gateway: Gateway) -> None:
    """Without after_work nothing is done with the request."""
    gateway.fault("disconnect", operation="createVideo", first=1)
    client = openai_client(gateway, retries=0)

    with pytest.raises(openai.APIConnectionError):
        client.videos.create(model="sora-2", prompt="A cat", seconds="4")

    assert list(client.videos.list()) == []


def test_a_truncated_body(gateway: Gateway, plain: httpx.Client) -> None:
    """Fewer bytes than announced, then the end of the connection."""
    gateway.fault("truncated", operation="listVideos")

    with pytest.raises(httpx.RemoteProtocolError):
        plain.get("/videos")


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
    broken: tuple[str, dict[str, object], str], gateway: Gateway, plain: httpx.Client
) -> None:
    """Each broken answer comes with status 200, as it does in the wild."""
    kind, settings, kept = broken
    gateway.fault(kind, operation="listVideos", **settings)

    answer = plain.get("/videos")

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
    settings: dict[str, str], broken: str | None, gateway: Gateway, plain: httpx.Client
) -> None:
    """One field is gone, of another type, or has a word nobody documents."""
    gateway.fault("schema_break", operation="createVideo", **settings)

    answer = plain.post("/videos", json=ORDER)

    assert answer.json().get(settings["field"]) == broken


def test_a_fault_is_for_the_requests_it_names(gateway: Gateway, plain: httpx.Client) -> None:
    """Operation, model, prompt pattern and number of the request all have to fit."""
    gateway.fault("status", status=500, model="sora-2-pro")
    gateway.fault("status", status=501, prompt="^A dog")
    gateway.fault("status", status=502, operation="createVideo", nth=2)

    statuses = [
        plain.post("/videos", json=ORDER | changed).status_code
        for changed in ({}, {}, {"model": "sora-2-pro"}, {"prompt": "A dog"}, {})
    ]

    assert statuses == [200, 502, 500, 501, 200]


def test_a_fault_ends_with_its_time(gateway: Gateway, plain: httpx.Client) -> None:
    """A fault that was forgotten ends by itself, on the tenant's own clock."""
    gateway.fault("status", status=500, ttl_s=60)
    before = plain.get("/models").status_code
    gateway.clock.advance(60)

    assert (before, plain.get("/models").status_code) == (500, 200)


@pytest.mark.parametrize("kind", ["duplicated", "malformed_json", "wrong_content_type"])
def test_an_error_is_an_answer_too(kind: str, gateway: Gateway, plain: httpx.Client) -> None:
    """A fault that changes answers changes errors like all others."""
    gateway.fault(kind, operation="retrieveVideo")

    answer = plain.get("/videos/video_unknown")

    assert answer.status_code == 404
    assert _is_json(answer) == (kind == "wrong_content_type")
    assert (answer.headers["content-type"] == "text/plain") == (kind == "wrong_content_type")


@pytest.mark.parametrize(
    ("settings", "broken"),
    [
        ({"how": "missing"}, None),
        ({"how": "type"}, 1),
        ({"how": "enum"}, "finalizing"),
        ({"how": "type", "field": "progress"}, "0"),
    ],
)
def test_a_schema_that_drifts_in_a_list(
    settings: dict[str, str], broken: object, gateway: Gateway, plain: httpx.Client
) -> None:
    """In a list the field of every item breaks, and a field of the list itself only there."""
    gateway.fault("schema_break", operation="listVideos", **settings)
    for _ in range(2):
        plain.post("/videos", json=ORDER)

    jobs = plain.get("/videos").json()["data"]

    assert [job.get(settings.get("field", "status")) for job in jobs] == [broken, broken]


def test_a_list_can_lose_a_field_of_its_own(gateway: Gateway, plain: httpx.Client) -> None:
    """A field that the list has is broken there and nowhere else."""
    gateway.fault("schema_break", operation="listVideos", field="object", how="missing")
    plain.post("/videos", json=ORDER)

    page = plain.get("/videos").json()

    assert "object" not in page
    assert page["data"][0]["object"] == "video"


def test_a_nested_field_drifts(gateway: Gateway, plain: httpx.Client) -> None:
    """Dots lead into the answer."""
    gateway.fault("schema_break", field="detail.status", value="dreaming")
    job = plain.post("/videos", json=ORDER).json()

    answer = plain.get("/video/query", params={"id": job["id"]}).json()

    assert (answer["detail"]["status"], answer["status"]) == ("dreaming", "pending")


def test_faults_let_each_other_have_their_turn(gateway: Gateway, plain: httpx.Client) -> None:
    """A fault that lets a request through leaves it to the next one that was set."""
    late = gateway.fault("latency", ms=0)
    failing = gateway.fault("status", status=502, first=1)
    never = gateway.fault("status", status=503, nth=2)

    statuses = [plain.get("/models").status_code for _ in range(3)]

    assert statuses == [502, 200, 503]
    assert (late.fired, failing.fired, never.seen) == (3, 1, 2)


def test_one_fault_ends_by_its_id(gateway: Gateway, plain: httpx.Client) -> None:
    """Every fault of a tenant has a number of its own that stays its own, and ends by it."""
    first, second = gateway.fault("status", status=500), gateway.fault("status", status=501)

    first.end()
    first.end()
    third = gateway.fault("status", status=502)
    assert [each.id for each in (first, second, third)] == ["1", "2", "3"]
    assert plain.get("/models").status_code == 501
