"""What users of the gateway's own formats rely on: links without a key, ids of either family."""

import httpx
import pytest

from tests.system.clients.contract_requests import RequestVariant
from tests.system.clients.gateway import StillGateway

LONGEST_JOB_S = 400
FAMILIES = {
    "videos": RequestVariant("SoraImageForm", "/v1/videos", "multipart/form-data"),
    "unified": RequestVariant("UnifiedCreateJson", "/v1/video/create", "application/json"),
}
# Status words by family, in the order of a job's life.
WORDS = {
    "videos": ["queued", "in_progress", "completed"],
    "unified": ["pending", "processing", "completed"],
}


@pytest.fixture(params=FAMILIES)
def job_id(request: pytest.FixtureRequest, http: httpx.Client) -> str:
    """A new job of either family."""
    variant = FAMILIES[request.param]
    created: str = variant.send(http, variant.body()).raise_for_status().json()["id"]
    return created


@pytest.fixture
def finished_id(job_id: str, still_server: StillGateway) -> str:
    """A completed job of either family."""
    still_server.clock.advance(LONGEST_JOB_S)
    return job_id


def retrieved(http: httpx.Client, job_id: str) -> httpx.Response:
    """The job on the OpenAI route."""
    return http.get(f"/v1/videos/{job_id}").raise_for_status()


def queried(http: httpx.Client, job_id: str) -> httpx.Response:
    """The job on the unified route."""
    return http.get("/v1/video/query", params={"id": job_id}).raise_for_status()


def fetched(url: str) -> httpx.Response:
    """What anybody gets at an address, without a key."""
    return httpx.get(url, trust_env=False).raise_for_status()


def test_both_routes_show_the_same_job_in_their_own_words(
    http: httpx.Client, job_id: str, still_server: StillGateway
) -> None:
    """An id of either family is read on either route, each with its family's status words."""
    seen: dict[str, list[str]] = {"videos": [], "unified": []}
    for seconds in (0, 20, LONGEST_JOB_S):
        still_server.clock.advance(seconds)
        seen["videos"].append(retrieved(http, job_id).json()["status"])
        seen["unified"].append(queried(http, job_id).json()["status"])

    assert seen == WORDS


def test_the_video_link_needs_no_key(http: httpx.Client, finished_id: str) -> None:
    """The address of a completed video gives anybody the bytes that its owner downloads."""
    content = http.get(f"/v1/videos/{finished_id}/content").raise_for_status()
    linked = fetched(retrieved(http, finished_id).json()["video_url"])

    assert linked.content == content.content
    assert linked.headers["content-type"] == "video/mp4"
    assert linked.headers["etag"] == content.headers["etag"]


def test_both_routes_give_the_same_video_link(http: httpx.Client, finished_id: str) -> None:
    """Whichever route names the video, and wherever in the answer, it is the same address."""
    unified = queried(http, finished_id).json()
    links = {
        retrieved(http, finished_id).json()["video_url"],
        unified["video_url"],
        unified["detail"]["url"],
        unified["detail"]["draft_info"]["downloadable_url"],
    }

    assert len(links) == 1


def test_the_thumbnail_link_needs_no_key(http: httpx.Client, finished_id: str) -> None:
    """The address of the thumbnail gives the bytes of the content route's thumbnail."""
    variant = {"variant": "thumbnail"}
    content = http.get(f"/v1/videos/{finished_id}/content", params=variant).raise_for_status()
    linked = fetched(queried(http, finished_id).json()["thumbnail_url"])

    assert linked.content == content.content
    assert linked.headers["content-type"] == "image/webp"


def test_a_player_can_fetch_a_part_of_the_linked_video(
    http: httpx.Client, finished_id: str
) -> None:
    """A browser that seeks asks for bytes in the middle and gets exactly those."""
    url = retrieved(http, finished_id).json()["video_url"]
    part = httpx.get(url, headers={"Range": "bytes=100-199"}, trust_env=False)

    assert part.status_code == 206
    assert part.content == fetched(url).content[100:200]


def test_a_waiting_job_has_no_links(http: httpx.Client, job_id: str) -> None:
    """Neither route names an address before there is something to fetch."""
    assert "video_url" not in retrieved(http, job_id).json()
    assert {"video_url", "thumbnail_url"}.isdisjoint(queried(http, job_id).json())


def test_a_link_with_another_secret_leads_nowhere(http: httpx.Client, finished_id: str) -> None:
    """Who knows a job's id, but not its address, cannot fetch its video."""
    url = retrieved(http, finished_id).json()["video_url"]
    guess = f"{url.rpartition('/')[0]}/{'0' * 32}.mp4"

    assert httpx.get(guess, trust_env=False).status_code == 404


def test_a_characters_picture_needs_no_key(http: httpx.Client) -> None:
    """The picture address of a character cut from a clip gives anybody an image."""
    cut = {"url": "https://example.com/cat.mp4", "timestamps": "1,3"}
    character = http.post("/sora/v1/characters", json=cut).raise_for_status().json()

    assert fetched(character["profile_picture_url"]).headers["content-type"] == "image/webp"
    assert character["id"].startswith("ch_")


def test_a_character_can_be_cut_from_a_job(http: httpx.Client, finished_id: str) -> None:
    """Either family's job is a source; one of another key is none."""
    cut = {"from_task": finished_id, "timestamps": "1,3"}
    own = http.post("/sora/v1/characters", json=cut)
    stranger = http.post(
        "/sora/v1/characters", json=cut, headers={"Authorization": "Bearer test-stranger"}
    )

    assert (own.status_code, stranger.status_code) == (200, 404)
