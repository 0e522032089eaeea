"""Characters: OpenAI's from an upload, the gateway's from an address or a job."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mock_server.domain.clock import ManualClock
from tests.mock_server.samples import MP4, create, create_unified, error_of, form

UPLOADS, CUTS = "/v1/videos/characters", "/sora/v1/characters"
URL = "https://host/clip.mp4"


def test_an_upload_makes_a_character(client: httpx.Client, clock: ManualClock) -> None:
    """The answer has three fields, and the same can be read back later."""
    answer = client.post(UPLOADS, files=form({"name": "Momo", "video": MP4}))
    made = answer.json()
    made_at = clock.now() // 1000
    clock.advance(5)

    assert answer.status_code == 200, answer.text
    assert re.fullmatch(r"char_[0-9a-f-]{36}", made["id"])
    assert (made["name"], made["created_at"]) == ("Momo", made_at)
    assert client.get(f"{UPLOADS}/{made['id']}").json() == made


def test_a_strangers_character_is_like_one_that_never_was(
    client: httpx.Client, stranger: httpx.Client
) -> None:
    """Both are the same 404."""
    made = client.post(UPLOADS, files=form({"name": "Momo", "video": MP4})).json()["id"]
    answers = [stranger.get(f"{UPLOADS}/{id_}") for id_ in (made, "char_never")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text.replace(made, "char_never") == answers[1].text
    assert error_of(answers[0])["code"] == "character_not_found"


def test_an_address_makes_a_gateway_character(client: httpx.Client) -> None:
    """The answer has the four fields on record; the user name is nine letters and a word."""
    answer = client.post(CUTS, json={"url": URL, "timestamps": "1,3"})
    made = answer.json()

    assert answer.status_code == 200, answer.text
    assert set(made) == {"id", "username", "permalink", "profile_picture_url"}
    assert re.fullmatch(r"ch_[0-9a-f]{32}", made["id"])
    assert re.fullmatch(r"[0-9a-z]{9}\.[a-z]+", made["username"])


def test_its_picture_can_be_fetched_without_a_key(
    client: httpx.Client, keyless: httpx.Client
) -> None:
    """The address leads to a WebP image."""
    made = client.post(CUTS, json={"url": URL, "timestamps": "1,3"}).json()
    answer = keyless.get(made["profile_picture_url"])

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")


def test_a_gateway_character_can_be_read_as_the_other_kind(client: httpx.Client) -> None:
    """Both kinds live in one place, as jobs do."""
    made = client.post(CUTS, json={"url": URL, "timestamps": "1,3"}).json()

    assert client.get(f"{UPLOADS}/{made['id']}").json()["name"] == made["username"]


@pytest.mark.parametrize("make", [create, create_unified])
def test_a_job_of_either_family_makes_a_character(
    client: httpx.Client, make: Callable[[httpx.Client], dict[str, Any]]
) -> None:
    """`from_task` takes the id of any job of the caller."""
    job = make(client)
    answer = client.post(CUTS, json={"from_task": job["id"], "timestamps": "0,2"})

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("sources", [{}, {"url": URL, "from_task": "video_1"}])
def test_the_source_is_one_of_two(client: httpx.Client, sources: dict[str, str]) -> None:
    """Neither and both are refused, and the message names the two."""
    answer = client.post(CUTS, json={"timestamps": "1,3", **sources})

    assert answer.status_code == 400
    assert "exactly one of 'url', 'from_task'" in error_of(answer)["message"]


@pytest.mark.parametrize("timestamps", ["1,1", "3,1", "1,5", "1", "a,b", "1, 3", "-1,1", ""])
def test_the_span_is_one_to_three_seconds(client: httpx.Client, timestamps: str) -> None:
    """A span that is empty, backwards, too long or no span is refused by its field."""
    answer = client.post(CUTS, json={"url": URL, "timestamps": timestamps})

    assert (answer.status_code, error_of(answer)["param"]) == (400, "timestamps")
