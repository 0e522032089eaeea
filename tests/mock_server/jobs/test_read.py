"""Reading jobs: one at a time, in lists, in either family's words, until they are deleted."""

from typing import Any

import httpx
import pytest

from mock_server.domain.clock import ManualClock
from tests.mock_server.samples import create, create_unified, finished

# Where a job can be asked for, or made the parent of another.
DOORS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("GET", "/v1/videos/{id}", {}),
    ("GET", "/v1/video/query?id={id}", {}),
    ("GET", "/v1/videos/{id}/content", {}),
    ("GET", "/v1/videos?after={id}", {}),
    ("DELETE", "/v1/videos/{id}", {}),
    ("POST", "/v1/videos/{id}/remix", {"json": {"prompt": "again"}}),
    ("POST", "/v1/videos/edits", {"json": {"prompt": "again", "video": {"id": "{id}"}}}),
    (
        "POST",
        "/v1/videos/extensions",
        {"json": {"prompt": "on", "seconds": "4", "video": {"id": "{id}"}}},
    ),
    ("POST", "/sora/v1/characters", {"json": {"timestamps": "1,3", "from_task": "{id}"}}),
)


def knock(client: httpx.Client, door: tuple[str, str, dict[str, Any]], job_id: str) -> str:
    """The answer at a door, with the id taken out of it."""
    method, path, sent = door
    body = {"json": _named(sent["json"], job_id)} if sent else {}
    answer = client.request(method, path.format(id=job_id), **body)
    return f"{answer.status_code} {answer.text}".replace(job_id, "ID")


def _named(value: Any, job_id: str) -> Any:
    if isinstance(value, dict):
        return {key: _named(inner, job_id) for key, inner in value.items()}
    return job_id if value == "{id}" else value


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door[0]} {door[1]}")
def test_a_strangers_job_is_like_one_that_never_was(
    client: httpx.Client,
    stranger: httpx.Client,
    clock: ManualClock,
    door: tuple[str, str, dict[str, Any]],
) -> None:
    """Another key's finished job and an id nobody has get the same 404, word for word."""
    theirs = finished(client, clock)["id"]
    never = "video_00000000-0000-4000-8000-000000000000"

    assert knock(stranger, door, theirs) == knock(stranger, door, never)
    assert knock(stranger, door, never).startswith("404 ")
    assert client.get(f"/v1/videos/{theirs}").status_code == 200


def test_a_job_passes_through_its_stages(client: httpx.Client, clock: ManualClock) -> None:
    """Ten seconds of queue, 57.2 of work for a clip of four, then completion."""
    job_id = create(client)["id"]
    seen = []
    for seconds in (0, 10, 28.6, 28.6):
        clock.advance(seconds)
        job = client.get(f"/v1/videos/{job_id}").json()
        seen.append((job["status"], job["progress"]))

    assert seen == [("queued", 0), ("in_progress", 0), ("in_progress", 49), ("completed", 100)]


def test_reading_changes_nothing(client: httpx.Client) -> None:
    """The same instant gives the same answer, however often and wherever it is asked for."""
    job_id = create(client)["id"]
    answers = [client.get(f"/v1/videos/{job_id}").json() for _ in range(3)]

    assert answers == [client.get("/v1/videos").json()["data"][0]] * 3


def test_only_a_waiting_job_says_when_to_ask_again(
    client: httpx.Client, clock: ManualClock
) -> None:
    """The header ends with the waiting, on both routes."""
    job_id = create(client)["id"]
    routes = (f"/v1/videos/{job_id}", f"/v1/video/query?id={job_id}")
    waiting = ["openai-poll-after-ms" in client.get(route).headers for route in routes]
    clock.advance(600)

    assert waiting == [True, True]
    assert ["openai-poll-after-ms" in client.get(route).headers for route in routes] == [False] * 2


def test_each_family_reads_the_others_jobs(client: httpx.Client, clock: ManualClock) -> None:
    """Both routes take both forms of id and each answers in its own words."""
    ids = [create(client)["id"], create_unified(client)["id"]]
    clock.advance(20)
    one = [client.get(f"/v1/videos/{job_id}").json() for job_id in ids]
    other = [client.get("/v1/video/query", params={"id": job_id}).json() for job_id in ids]

    assert [job["id"] for job in one] == [job["id"] for job in other] == ids
    assert {job["status"] for job in one} == {"in_progress"}
    assert {job["status"] for job in other} == {"processing"}
    assert [job["seconds"] for job in one] == ["4", "15"]


def test_a_list_shows_the_newest_first(client: httpx.Client) -> None:
    """Both families' jobs stand in one list, and its first and last ids are named."""
    ids = [create(client)["id"], create_unified(client)["id"], create(client)["id"]]
    page = client.get("/v1/videos").json()

    assert [job["id"] for job in page["data"]] == ids[::-1]
    assert (page["object"], page["has_more"]) == ("list", False)
    assert (page["first_id"], page["last_id"]) == (ids[2], ids[0])


def test_an_empty_list_has_no_ids(client: httpx.Client) -> None:
    """A key that made nothing gets a list of nothing."""
    assert client.get("/v1/videos").json() == {
        "object": "list",
        "data": [],
        "first_id": None,
        "last_id": None,
        "has_more": False,
    }


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("limit", [1, 3, 7, 100])
def test_pages_join_to_the_whole_list(client: httpx.Client, order: str, limit: int) -> None:
    """Following the last id while there are more meets every job once, in order."""
    ids = [create(client)["id"] for _ in range(7)]
    seen: list[str] = []
    more = True
    while more:
        after = {"after": seen[-1]} if seen else {}
        asked = {"order": order, "limit": str(limit), **after}
        page = client.get("/v1/videos", params=asked).json()
        seen += [job["id"] for job in page["data"]]
        more = page["has_more"]

    assert seen == (ids if order == "asc" else ids[::-1])


def test_twenty_jobs_make_a_page(client: httpx.Client) -> None:
    """Without a limit a page has twenty jobs and says that there are more."""
    for _ in range(21):
        create(client)
    page = client.get("/v1/videos").json()

    assert (len(page["data"]), page["has_more"]) == (20, True)


def test_a_deleted_job_is_gone_everywhere(client: httpx.Client, clock: ManualClock) -> None:
    """It is confirmed once; after that every route says that there is no such job."""
    job_id = finished(client, clock)["id"]
    answer = client.delete(f"/v1/videos/{job_id}")

    assert answer.json() == {"id": job_id, "object": "video.deleted", "deleted": True}
    assert {knock(client, door, job_id)[:3] for door in DOORS} == {"404"}
    assert client.get("/v1/videos").json()["data"] == []


def test_a_running_job_can_be_deleted(client: httpx.Client) -> None:
    """Deleting cancels; the other jobs stay."""
    gone, kept = create(client)["id"], create(client)["id"]

    assert client.delete(f"/v1/videos/{gone}").status_code == 200
    assert [job["id"] for job in client.get("/v1/videos").json()["data"]] == [kept]
