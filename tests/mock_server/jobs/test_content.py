"""The content of a finished job: three variants, byte ranges, entity tags, and an end."""

import httpx
import pytest

from mock_server.domain.clock import ManualClock
from tests.mock_server.inprocess import Fake
from tests.mock_server.samples import create, error_of, finished


@pytest.fixture(scope="module")
def film(fake: Fake) -> str:
    """The path of a finished job's content; its key is ``film``."""
    with fake.client("film") as client:
        return f"/v1/videos/{finished(client, fake.clock)['id']}/content"


@pytest.fixture
def viewer(fake: Fake) -> httpx.Client:
    """The client of the tenant that has the job ``film``."""
    return fake.client("film")


VARIANTS = {
    "video": ("video/mp4", b"ftyp"),
    "thumbnail": ("image/webp", b"WEBP"),
    "spritesheet": ("image/jpeg", b"\xff\xd8\xff"),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_content_comes_in_three_variants(viewer: httpx.Client, film: str, variant: str) -> None:
    """Each has its media type, its length and its entity tag."""
    kind, mark = VARIANTS[variant]
    answer = viewer.get(film, params={"variant": variant})

    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert mark in answer.content[:12]
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.headers["etag"].startswith('"')


def test_the_video_is_the_default_and_stays_the_same(viewer: httpx.Client, film: str) -> None:
    """The same job always has the same bytes."""
    assert viewer.get(film).content == viewer.get(film, params={"variant": "video"}).content


def test_a_byte_range_is_answered_in_part(viewer: httpx.Client, film: str) -> None:
    """206 with exactly those bytes and their place in the whole."""
    whole = viewer.get(film).content
    answer = viewer.get(film, headers={"Range": "bytes=4-7"})

    assert (answer.status_code, answer.content) == (206, b"ftyp")
    assert answer.headers["content-range"] == f"bytes 4-7/{len(whole)}"


def test_a_range_outside_the_content_is_416(viewer: httpx.Client, film: str) -> None:
    """The error names the content's length."""
    size = len(viewer.get(film).content)
    answer = viewer.get(film, headers={"Range": f"bytes={size}-"})

    assert (answer.status_code, error_of(answer)["code"]) == (416, "range_not_satisfiable")
    assert answer.headers["content-range"] == f"bytes */{size}"


def test_known_content_is_not_sent_again(viewer: httpx.Client, film: str) -> None:
    """304 without a body for the entity tag that the caller already has."""
    etag = viewer.get(film).headers["etag"]
    answer = viewer.get(film, headers={"If-None-Match": etag})

    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)


def test_head_has_the_length_without_the_content(viewer: httpx.Client, film: str) -> None:
    """The headers are a GET's, the body is empty."""
    got, asked = viewer.get(film), viewer.head(film)

    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers["content-length"] == got.headers["content-length"]


@pytest.mark.parametrize("variant", ["video", "thumbnail", "spritesheet"])
def test_an_unfinished_job_has_no_content(client: httpx.Client, variant: str) -> None:
    """A download before completion is 404, in the API's own envelope."""
    job_id = create(client)["id"]
    answer = client.get(f"/v1/videos/{job_id}/content", params={"variant": variant})

    assert (answer.status_code, error_of(answer)["code"]) == (404, "video_not_ready")


def test_content_expires(client: httpx.Client, clock: ManualClock) -> None:
    """After six days and an hour the job is still completed and its content is 404."""
    job_id = finished(client, clock)["id"]
    clock.advance((6 * 24 + 1) * 3600)
    answer = client.get(f"/v1/videos/{job_id}/content")
    job = client.get(f"/v1/videos/{job_id}").json()

    assert (answer.status_code, error_of(answer)["code"]) == (404, "video_expired")
    assert (job["status"], job["video_url"]) == ("completed", None)
