"""The addresses that answers point to: no key needed, and nothing to be guessed."""

import httpx
import pytest

from mock_server.domain.clock import ManualClock
from tests.mock_server.inprocess import URL, Fake
from tests.mock_server.samples import create_unified, error_of, finished


@pytest.fixture(scope="module")
def address(fake: Fake) -> str:
    """The address of a finished video."""
    with fake.client("links") as client:
        job_id = finished(client, fake.clock)["id"]
        found: str = client.get(f"/v1/videos/{job_id}").json()["video_url"]
        return found


def test_the_address_is_where_the_caller_asked(address: str) -> None:
    """It is absolute, below the host that the request was sent to, and holds no key."""
    assert address.startswith(f"{URL}/media/")
    assert address.endswith(".mp4")
    assert "links" not in address


def test_it_needs_no_key(keyless: httpx.Client, address: str) -> None:
    """Anybody who has the address gets the video, as from a content network."""
    answer = keyless.get(address)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "video/mp4")
    assert answer.headers["x-request-id"]


def test_it_is_the_same_content(fake: Fake, keyless: httpx.Client, address: str) -> None:
    """The address and the content route answer with the same bytes and tag."""
    job_id = address.split("/")[-2]
    routed = fake.client("links").get(f"/v1/videos/{job_id}/content")

    assert keyless.get(address).content == routed.content
    assert keyless.head(address).headers["etag"] == routed.headers["etag"]


@pytest.mark.parametrize(
    "headers",
    [{"If-Match": '"other"'}, {"If-Unmodified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}],
)
def test_what_is_not_the_content_asked_for_is_not_sent(
    fake: Fake, keyless: httpx.Client, address: str, headers: dict[str, str]
) -> None:
    """412 in the envelope, by the address and by the content route."""
    route = f"/v1/videos/{address.split('/')[-2]}/content"
    answers = [
        client.get(url, headers=headers)
        for client, url in ((keyless, address), (fake.client("links"), route))
    ]

    assert [answer.status_code for answer in answers] == [412, 412]
    assert {error_of(answer)["code"] for answer in answers} == {"precondition_failed"}


def test_ranges_work_there_too(keyless: httpx.Client, address: str) -> None:
    """A part is 206, and a place beyond the end is 416 in the API's own envelope."""
    part = keyless.get(address, headers={"Range": "bytes=4-7"})
    beyond = keyless.get(address, headers={"Range": "bytes=99999999-"})

    assert (part.status_code, part.content) == (206, b"ftyp")
    assert (beyond.status_code, error_of(beyond)["code"]) == (416, "range_not_satisfiable")


@pytest.fixture
def portrait(client: httpx.Client) -> str:
    """Where the picture of a new character is."""
    order = {"model": "sora-2", "url": "https://clips.example/cat.mp4", "timestamps": "1,3"}
    made = client.post("/sora/v1/characters", json=order).json()
    return str(made["profile_picture_url"])


def test_a_portrait_has_ranges_too(keyless: httpx.Client, portrait: str) -> None:
    """A range beyond a character's picture is refused, not a failure."""
    whole = keyless.get(portrait)
    answer = keyless.get(portrait, headers={"Range": "bytes=99999999-"})

    assert (whole.status_code, whole.headers["content-type"]) == (200, "image/webp")
    assert (answer.status_code, error_of(answer)["code"]) == (416, "range_not_satisfiable")


@pytest.mark.parametrize(
    "change",
    [
        lambda url: f"{URL}/media/characters/nobody-made-this.webp",
        lambda url: f"{url[:-5]}x.webp",
        lambda url: url.replace("/characters/", "x/characters/"),
    ],
)
def test_nobody_has_a_picture_rendered_of_nobody(
    keyless: httpx.Client, fake: Fake, portrait: str, change: object
) -> None:
    """A character that was never made is 404: nothing is drawn, and no tenant begins to exist."""
    assert callable(change)
    tenants = fake.runner.run(fake.server.tenants.tenants())
    answer = keyless.get(change(portrait))

    assert (answer.status_code, error_of(answer)["code"]) == (404, "video_not_found")
    assert fake.runner.run(fake.server.tenants.tenants()) == tenants


def test_unified_points_to_a_thumbnail(
    client: httpx.Client, keyless: httpx.Client, clock: ManualClock
) -> None:
    """Both addresses of a finished unified job lead to what they say."""
    job_id = create_unified(client)["id"]
    clock.advance(600)
    job = client.get("/v1/video/query", params={"id": job_id}).json()
    answer = keyless.get(job["thumbnail_url"])

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")


def test_an_address_ends_with_its_job(
    client: httpx.Client, keyless: httpx.Client, clock: ManualClock
) -> None:
    """Once the job is deleted or its content has expired, the address is 404."""
    jobs = [finished(client, clock)["id"] for _ in range(2)]
    urls = [client.get(f"/v1/videos/{job_id}").json()["video_url"] for job_id in jobs]
    client.delete(f"/v1/videos/{jobs[0]}")
    deleted = keyless.get(urls[0])
    clock.advance(7 * 24 * 3600)
    expired = keyless.get(urls[1])

    assert [error_of(answer)["code"] for answer in (deleted, expired)] == [
        "video_not_found",
        "video_expired",
    ]


def test_an_unfinished_job_has_no_address_yet(
    client: httpx.Client, keyless: httpx.Client, address: str
) -> None:
    """The token alone opens nothing: another job's address with this token is unknown."""
    job_id = create_unified(client)["id"]
    tenant, _, name = address.removeprefix(f"{URL}/media/").split("/")
    answer = keyless.get(f"/media/{tenant}/{job_id}/{name}")

    assert (answer.status_code, error_of(answer)["code"]) == (404, "video_not_found")


@pytest.mark.parametrize(
    "change",
    [
        lambda url: url.replace(".mp4", ".gif"),
        lambda url: url.replace(".mp4", ""),
        lambda url: url[:-5] + "x.mp4",
        lambda url: url.replace(".mp4", "/.mp4"),
        lambda url: f"{URL}/media/",
        lambda url: f"{URL}/media/characters/ch_1.mp4",
    ],
)
def test_a_changed_address_is_unknown(keyless: httpx.Client, address: str, change: object) -> None:
    """Another suffix, another token and another depth are all 404."""
    assert callable(change)
    answer = keyless.get(change(address))

    assert (answer.status_code, error_of(answer)["code"]) == (404, "video_not_found")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_addresses_are_for_reading(keyless: httpx.Client, address: str, method: str) -> None:
    """Any other method is 405 with the two that work."""
    answer = keyless.request(method, address)

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert error_of(answer)["code"] == "method_not_allowed"
