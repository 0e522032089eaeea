"""What clients see of the dialect openai, through a real server; one test a fact."""

import re
from typing import Any

import openai
import pytest
from openai import omit

from mock_server.running import Gateway
from tests.system.dialects.tenants import ORDER, raw, sdk

NO_MODEL: Any = omit
NULLABLE = ("completed_at", "expires_at", "remixed_from_video_id", "error")


def test_openai_passes_the_clients_strict_check(like_openai: Gateway) -> None:
    """Create, poll, remix, list, download and delete satisfy the client's own types."""
    client = sdk(like_openai, strict=True)
    video = client.videos.create_and_poll(**ORDER)
    remix = client.videos.remix(video.id, prompt="At night")

    assert client.videos.download_content(video.id).read()[4:8] == b"ftyp"
    assert {each.id for each in client.videos.list()} == {video.id, remix.id}
    assert remix.remixed_from_video_id == video.id
    assert client.videos.delete(remix.id).deleted


def test_openai_says_null_for_what_does_not_apply(like_openai: Gateway) -> None:
    """From the first answer all thirteen keys are there."""
    answer = raw(like_openai, "POST", "/videos", json=ORDER).json()

    assert len(answer) == 13
    assert [answer[key] for key in NULLABLE] == [None] * 4
    assert answer["prompt"] == "A cat"
    assert "video_url" not in answer


def test_openai_ids_begin_with_their_second(like_openai: Gateway) -> None:
    """The first eight digits of an id are created_at."""
    video = sdk(like_openai).videos.create(**ORDER)

    assert re.fullmatch("video_[0-9a-f]{48}", video.id)
    assert int(video.id.removeprefix("video_")[:8], 16) == video.created_at


def test_openai_content_expires_an_hour_after_completion(like_openai: Gateway) -> None:
    """expires_at is completed_at and 3600 seconds."""
    video = sdk(like_openai).videos.create_and_poll(**ORDER)

    assert video.completed_at
    assert video.expires_at == video.completed_at + 3600


def test_openai_has_a_default_model(like_openai: Gateway) -> None:
    """A create that names no model is one for sora-2, as a form and as JSON."""
    form = sdk(like_openai).videos.create(prompt="A cat", model=NO_MODEL)
    as_json = raw(like_openai, "POST", "/videos", json={"prompt": "A cat"}).json()

    assert (form.model, as_json["model"]) == ("sora-2", "sora-2")


def test_openai_takes_its_own_lengths_only(like_openai: Gateway) -> None:
    """Ten seconds, which a page of the gateway allows, are refused in OpenAI's words."""
    with pytest.raises(openai.BadRequestError) as refused:
        sdk(like_openai).videos.create(**{**ORDER, "seconds": "10"})

    assert refused.value.body == {
        "message": "Invalid value: '10'. Supported values are: '4', '8', and '12'.",
        "type": "invalid_request_error",
        "param": "seconds",
        "code": "invalid_value",
    }


def test_openai_wants_a_file_for_a_file(like_openai: Gateway) -> None:
    """Text in a form's file field, and a plain string in JSON, are refused by their kinds."""
    form = [("model", (None, "sora-2")), ("prompt", (None, "A cat"))]
    parts: Any = [*form, ("input_reference", (None, "a.png"))]
    as_form = raw(like_openai, "POST", "/videos", files=parts).json()["error"]
    reference = {**ORDER, "input_reference": "https://host/a.png"}
    as_json = raw(like_openai, "POST", "/videos", json=reference).json()["error"]

    assert as_form["message"].endswith("expected a file, but got a string instead.")
    assert as_json["message"].endswith("expected an object, but got a string instead.")
    assert [as_form["code"], as_json["code"]] == ["invalid_type"] * 2


def test_openai_does_not_have_the_gateways_formats(like_openai: Gateway) -> None:
    """The unified format's paths are unknown."""
    answer = raw(like_openai, "POST", "/video/create", json={})

    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == "Invalid URL (POST /v1/video/create)"


def test_openai_errors_have_four_keys(like_openai: Gateway) -> None:
    """The envelope is OpenAI's own, without a Chinese line."""
    answer = raw(like_openai, "GET", "/videos/video_none")

    assert answer.status_code == 404
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}


def test_openai_content_before_its_time_is_404(like_openai: Gateway) -> None:
    """The one error of a download that is on record, by status and first words."""
    client = sdk(like_openai)
    video = client.videos.create(**ORDER)
    with pytest.raises(openai.NotFoundError, match="Video is not ready yet, "):
        client.videos.download_content(video.id)
