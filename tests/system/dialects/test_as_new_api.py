"""What clients see of the dialect new-api, through a real server; one test a fact."""

import re
from typing import Any

import httpx
import openai
import pytest

from mock_server.running import Gateway, running_gateway
from mock_server.settings import Settings
from tests.system.dialects.tenants import ORDER, raw, sdk


def test_new_api_says_400_for_an_unknown_id(like_new_api: Gateway) -> None:
    """The client raises BadRequestError with the flat body's code, and has no request id."""
    with pytest.raises(openai.BadRequestError) as refused:
        sdk(like_new_api).videos.retrieve("task_none")

    error = refused.value
    assert (error.code, error.param, error.type, error.request_id) == (
        "task_not_exist",
        None,
        None,
        None,
    )
    assert error.body == {"code": "task_not_exist", "message": "task_not_exist", "data": None}
    assert error.response.headers["x-oneapi-request-id"]


def test_new_api_ids_and_task_ids(like_new_api: Gateway) -> None:
    """An id is task_ and 32 letters and digits, and task_id repeats it; nothing is null."""
    answer = raw(like_new_api, "POST", "/videos", json=ORDER).json()

    assert re.fullmatch("task_[A-Za-z0-9]{32}", answer["id"])
    assert answer["task_id"] == answer["id"]
    assert None not in answer.values()
    assert "completed_at" not in answer


def test_new_api_completes_for_the_clients_poll_loop(like_new_api: Gateway) -> None:
    """An unmodified client gets its video."""
    client = sdk(like_new_api)
    video = client.videos.create_and_poll(**ORDER)
    content = client.videos.download_content(video.id)

    assert (video.status, video.progress) == ("completed", 100)
    assert content.read()[4:8] == b"ftyp"
    assert content.response.headers["cache-control"] == "public, max-age=86400"


def test_new_api_progress_is_never_nought(like_new_api: Gateway) -> None:
    """Waiting is 20, running 30 until upstream says more, and a failure without any is 100."""
    client = sdk(like_new_api)
    like_new_api.scenario("upstream_timeout")
    video = client.videos.create(**ORDER)
    before = client.videos.retrieve(video.id)
    like_new_api.clock.advance(90_000)
    after = client.videos.retrieve(video.id)

    assert (before.status, before.progress) == ("queued", 20)
    assert (after.status, after.progress) == ("failed", 100)


def test_new_api_keeps_the_percentage_that_upstream_gave(like_new_api: Gateway) -> None:
    """A failure at 60 percent stays there."""
    like_new_api.scenario("fails_at_60")

    assert sdk(like_new_api).videos.create_and_poll(**ORDER).progress == 60


def test_new_api_has_no_channel_for_an_unknown_model(like_new_api: Gateway) -> None:
    """503 in the middleware's envelope, which names the exchange inside its message."""
    with pytest.raises(openai.InternalServerError) as refused:
        sdk(like_new_api).videos.create(**{**ORDER, "model": "sora-9"})

    error: Any = refused.value.body
    named = refused.value.response.headers["x-oneapi-request-id"]
    assert (refused.value.status_code, error["code"]) == (503, "model_not_found")
    assert error["message"] == (
        "No available channel for model sora-9 under group default (distributor)"
        f" (request id: {named})"
    )
    assert set(error) == {"message", "type", "code"}


@pytest.mark.parametrize(
    ("sent", "body"),
    [
        ({"model": "sora-2"}, {"code": "invalid_request", "message": "prompt is required"}),
        ({**ORDER, "prompt": " "}, {"code": "invalid_request", "message": "prompt is required"}),
        ({**ORDER, "size": "1x1"}, {"code": "invalid_size", "message": "sora-2 size is invalid"}),
    ],
)
def test_new_api_refuses_flatly(
    like_new_api: Gateway, sent: dict[str, str], body: dict[str, Any]
) -> None:
    """What the task code checks itself has its own words and codes."""
    answer = raw(like_new_api, "POST", "/videos", json=sent)

    assert (answer.status_code, answer.json()) == (400, {**body, "data": None})


def test_new_api_relays_upstreams_refusal_as_text(like_new_api: Gateway) -> None:
    """Bad seconds are upstream's affair: its body stands as a text in the message."""
    answer = raw(like_new_api, "POST", "/videos", json={**ORDER, "seconds": "7"}).json()

    assert (answer["code"], answer["data"]) == ("fail_to_fetch_task", None)
    assert httpx.Response(200, text=answer["message"]).json()["error"]["param"] == "seconds"


def test_new_api_wants_a_model(like_new_api: Gateway) -> None:
    """The distributor says so, before anybody looks at the prompt."""
    answer = raw(like_new_api, "POST", "/videos", json={"prompt": "A cat"})

    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith(
        "Model name not specified, model name cannot be empty (request id: "
    )


def test_new_api_says_the_same_of_every_bad_key(server: Gateway) -> None:
    """A server of that dialect has one sentence for missing and unknown keys."""
    with running_gateway(Settings(dialect="new-api")) as gateway:
        answers = [
            httpx.get(f"{gateway.base_url}/videos/x", headers=headers, trust_env=False)
            for headers in ({}, {"Authorization": "Bearer invalid"})
        ]

    for answer in answers:
        error = answer.json()["error"]
        assert answer.status_code == 401
        assert error["message"].startswith("Invalid token (request id: ")
        assert (error["type"], error["code"]) == ("new_api_error", "")


def test_a_refused_key_is_rendered_in_the_servers_dialect(server: Gateway) -> None:
    """An unknown key has no tenant, so the server's dialect counts."""
    answer = raw(server.with_key("invalid"), "GET", "/videos/x")

    assert answer.status_code == 401
    assert "message_zh" in answer.json()["error"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/videos"), ("DELETE", "/videos/x"), ("POST", "/videos/edits"), ("PUT", "/videos")],
)
def test_new_api_has_no_such_route(like_new_api: Gateway, method: str, path: str) -> None:
    """List, delete, edits and wrong methods are no routes: 404 with empty param and code."""
    answer = raw(like_new_api, method, path)

    assert answer.status_code == 404
    assert "allow" not in answer.headers
    assert answer.json()["error"] == {
        "message": f"Invalid URL ({method} /v1{path})",
        "type": "invalid_request_error",
        "param": "",
        "code": "",
    }


def test_new_api_content_says_the_raw_stage(like_new_api: Gateway) -> None:
    """A download before its time is 400 and shows the gateway's internal word."""
    video = sdk(like_new_api).videos.create(**ORDER)
    early = raw(like_new_api, "GET", f"/videos/{video.id}/content")
    unknown = raw(like_new_api, "GET", "/videos/task_none/content")

    assert (early.status_code, unknown.status_code) == (400, 404)
    assert early.json()["error"] == {
        "message": "Task is not completed yet, current status: NOT_START",
        "type": "invalid_request_error",
    }
    assert unknown.json()["error"]["message"] == "Task not found"


def test_new_api_content_that_is_gone_upstream_is_502(like_new_api: Gateway) -> None:
    """What upstream no longer has cannot be handed on."""
    like_new_api.scenario("content_expired")
    video = sdk(like_new_api).videos.create_and_poll(**ORDER)
    answer = raw(like_new_api, "GET", f"/videos/{video.id}/content")

    assert answer.status_code == 502
    assert answer.json()["error"]["message"] == "Upstream service returned status 404"


def test_new_api_ignores_ranges_and_variants(like_new_api: Gateway) -> None:
    """Whatever is asked for, the whole video comes."""
    video = sdk(like_new_api).videos.create_and_poll(**ORDER)
    path = f"{like_new_api.base_url}/videos/{video.id}/content?variant=thumbnail"
    headers = {"Authorization": f"Bearer {like_new_api.api_key}", "Range": "bytes=0-3"}
    answer = httpx.get(path, headers=headers, trust_env=False)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "video/mp4")
    assert "accept-ranges" not in answer.headers
    assert answer.content[4:8] == b"ftyp"


def test_new_api_remix_of_an_unknown_task(like_new_api: Gateway) -> None:
    """The code is that of retrieve, the message is another."""
    answer = raw(like_new_api, "POST", "/videos/none/remix", json={"prompt": "again"})

    assert answer.status_code == 400
    assert (answer.json()["code"], answer.json()["message"]) == (
        "task_not_exist",
        "task_origin_not_exist",
    )
