"""Every scenario as a client of the official SDK meets it; time is moved, never waited for."""

from collections.abc import Callable
from contextlib import suppress

import openai
import pytest
from openai import OpenAI
from openai.types import Video

from mock_server.running import Gateway, running_gateway
from mock_server.settings import Settings
from tests.system.clients.gateway import StillGateway, openai_client

# A job of four seconds: 10 seconds in the queue, 57.2 seconds of work.
BORN, HALFWAY, DONE, NEXT_DAY = 0, 40, 70, 86_401
Story = list[tuple[int, str, int]]
STORIES: dict[str, Story] = {
    "happy": [(BORN, "queued", 0), (HALFWAY, "in_progress", 51), (DONE, "completed", 100)],
    "instant": [(BORN, "completed", 100)],
    "slow": [(DONE, "queued", 0), (400, "in_progress", 51), (673, "completed", 100)],
    "stuck_queued": [(NEXT_DAY, "queued", 0)],
    "stuck_at_99": [(DONE, "in_progress", 99), (NEXT_DAY, "in_progress", 99)],
    "fails_at_60": [(HALFWAY, "in_progress", 52), (DONE, "failed", 60)],
    "moderation_late": [(DONE - 3, "in_progress", 98), (DONE, "failed", 99)],
    "upstream_timeout": [(DONE, "queued", 0), (NEXT_DAY, "failed", 0)],
    "jumps_to_90": [(HALFWAY, "in_progress", 0), (60, "in_progress", 90), (DONE, "completed", 100)],
    "unknown_status": [(HALFWAY, "unknown", 30), (DONE, "completed", 100)],
    "completed_without_content": [(DONE, "completed", 100)],
    "content_expired": [(DONE, "completed", 100)],
    "cancelled": [(HALFWAY, "cancelled", 50)],
}
Create = Callable[[str], Video]


@pytest.fixture
def client(still_server: StillGateway, api_key: str) -> OpenAI:
    """The official client with the test's key."""
    return OpenAI(base_url=f"{still_server.url}/v1", api_key=api_key, max_retries=0)


@pytest.fixture
def create(client: OpenAI) -> Create:
    """Creates a job that takes the named scenario."""

    def with_scenario(name: str) -> Video:
        asked = {"Prefer": f"scenario={name}"}
        return client.videos.create(
            model="sora-2", prompt="A cat", seconds="4", extra_headers=asked
        )

    return with_scenario


@pytest.mark.parametrize("name", STORIES)
def test_a_scenario_takes_its_plan(
    name: str, create: Create, client: OpenAI, still_server: StillGateway
) -> None:
    """Status and progress at each instant are those of the scenario's story."""
    video = create(name)
    elapsed = 0

    for instant, status, progress in STORIES[name]:
        still_server.clock.advance(instant - elapsed)
        elapsed = instant
        now = client.videos.retrieve(video.id)
        assert (now.status, now.progress) == (status, progress)


@pytest.mark.parametrize(
    "story",
    [
        ("completed_without_content", "video_without_content"),
        ("content_expired", "video_expired"),
        ("fails_at_60", "video_failed"),
        ("stuck_at_99", "video_not_ready"),
    ],
)
def test_content_that_cannot_be_had(
    story: tuple[str, str], create: Create, client: OpenAI, still_server: StillGateway
) -> None:
    """A download without content fails with a code that says why."""
    name, code = story
    video = create(name)
    still_server.clock.advance(DONE)

    with pytest.raises(openai.NotFoundError) as caught:
        client.videos.download_content(video.id)

    assert caught.value.code == code


def test_a_failed_job_says_why(create: Create, client: OpenAI, still_server: StillGateway) -> None:
    """Moderation that comes late arrives as the failed job's error."""
    video = create("moderation_late")
    still_server.clock.advance(DONE)

    error = client.videos.retrieve(video.id).error

    assert error is not None
    assert error.code == "moderation_blocked"


def test_moderation_at_create_leaves_no_job(create: Create, client: OpenAI) -> None:
    """A refused create is an error and nothing else."""
    with pytest.raises(openai.BadRequestError) as caught:
        create("moderation_at_create")

    assert caught.value.code == "sentinel_block"
    assert list(client.videos.list()) == []


def test_a_word_in_the_prompt_does_the_same(client: OpenAI, still_server: StillGateway) -> None:
    """A client that cannot send headers asks in the prompt."""
    video = client.videos.create(model="sora-2", prompt="A cat mock:fails_at_60", seconds="4")
    still_server.clock.advance(DONE)

    assert client.videos.retrieve(video.id).status == "failed"


def test_a_mix_gives_the_same_plans_again() -> None:
    """Two servers with one seed give the same creates the same plans, whatever is polled."""
    settings = Settings(seed=7, scenario="happy=2,fails_at_60=1,stuck_queued=1")
    ends = []
    for polls in (0, 3):
        with running_gateway(settings) as fake:
            gateway = fake.with_key("sk-same")
            gateway.fault("status", status=500, operation="listVideos", probability=0.5)
            client = openai_client(gateway, retries=0)
            for _ in range(12):
                client.videos.create(model="sora-2", prompt="A cat", seconds="4")
                for _ in range(polls):
                    with suppress(openai.InternalServerError):
                        client.videos.list()
            gateway.clock.advance(DONE)
            gateway.clear_faults()
            ends.append([video.status for video in client.videos.list(order="asc")])

    assert ends[0] == ends[1]
    assert set(ends[0]) == {"completed", "failed", "queued"}


def test_a_tenant_takes_a_mix(gateway: Gateway) -> None:
    """A mix set for a tenant is drawn from for each new job, and a request still has its say."""
    gateway.scenario({"stuck_queued": 1, "stuck_at_99": 1})
    client = openai_client(gateway)
    for _ in range(20):
        client.videos.create(model="sora-2", prompt="A cat")
    asked = client.videos.create(model="sora-2", prompt="A cat mock:cancelled")
    gateway.clock.advance(NEXT_DAY)

    seen = {video.id: str(video.status) for video in client.videos.list()}

    assert seen.pop(asked.id) == "cancelled"
    assert set(seen.values()) == {"queued", "in_progress"}


def test_faults_of_the_server_are_every_tenants() -> None:
    """What is set when the server starts strikes each key's requests by itself."""
    with running_gateway(Settings(faults=("status status=502 first=1",))) as fake:
        tenants = [openai_client(fake.with_key(key), retries=0) for key in ("sk-1", "sk-2")]
        for client in tenants:
            with pytest.raises(openai.InternalServerError):
                client.models.list()
            client.models.list()
