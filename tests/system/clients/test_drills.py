"""Retirement drills through the official SDK: models, channels and keys go away on demand."""

from collections.abc import Callable

import openai
import pytest
from openai import OpenAI
from openai.types import Video

from mock_server.running import Gateway
from tests.system.clients.gateway import openai_client

Make = Callable[[OpenAI], object]
Drill = tuple[str, dict[str, str], tuple[int, str], str]


def create(client: OpenAI) -> Video:
    """A new job."""
    return client.videos.create(model="sora-2", prompt="A cat", seconds="4")


def create_unified(client: OpenAI) -> object:
    """A new job in the unified format."""
    order = {"model": "sora-2", "prompt": "A cat", "images": [], "orientation": "portrait"}
    rest = {"size": "large", "duration": 15, "watermark": False}
    return client.post("/video/create", body={**order, **rest}, cast_to=object)


DRILLS: tuple[Drill, ...] = (
    ("model_retired", {"model": "sora-2"}, (404, "model_retired"), "'sora-2' was retired"),
    ("model_retired", {}, (404, "model_retired"), "'sora-2' was retired"),
    ("channel_paused", {}, (503, "model_paused"), "'sora-2' is paused"),
    ("key_exhausted", {}, (429, "insufficient_quota"), "exceeded your current quota"),
    ("no_channel", {}, (503, "model_not_found"), "for model sora-2 under group default"),
    ("no_channel", {"group": "vip"}, (503, "model_not_found"), "for model sora-2 under group vip"),
)


@pytest.mark.parametrize("drill", DRILLS, ids=lambda drill: drill[0])
@pytest.mark.parametrize("make", [create, create_unified])
def test_a_drill_refuses_creates_alone(drill: Drill, make: Make, gateway: Gateway) -> None:
    """Each create is refused in its own words, and the jobs that are there stay readable."""
    kind, settings, (status, code), words = drill
    client = openai_client(gateway, retries=0)
    before = create(client)
    fault = gateway.fault(kind, **settings)

    with pytest.raises(openai.APIStatusError, match=words) as caught:
        make(client)

    assert (caught.value.status_code, caught.value.code) == (status, code)
    assert client.videos.retrieve(before.id).id == before.id
    assert [video.id for video in client.videos.list()] == [before.id]
    assert (fault.seen, fault.fired) == (1, 1)


@pytest.mark.parametrize("kind", ["model_retired", "channel_paused", "key_exhausted", "no_channel"])
def test_a_drill_refuses_what_is_made_from_a_video(kind: str, gateway: Gateway) -> None:
    """A remix, an edit and an extension are creates for the model of the video they start from."""
    client = openai_client(gateway, retries=0)
    parent = client.videos.create_and_poll(model="sora-2", prompt="A cat", seconds="4")
    gateway.fault(kind, **({"model": "sora-2"} if kind == "model_retired" else {}))
    extra = {"extra_body": {"video": {"id": parent.id}}, "video": openai.omit}

    with pytest.raises(openai.APIStatusError):
        client.videos.remix(parent.id, prompt="A dog")
    with pytest.raises(openai.APIStatusError):
        client.videos.edit(prompt="A dog", **extra)  # type: ignore[arg-type]
    with pytest.raises(openai.APIStatusError):
        client.videos.extend(prompt="A dog", seconds="4", **extra)  # type: ignore[arg-type]

    assert len(list(client.videos.list())) == 1


def test_a_retired_model_is_gone_from_the_list(gateway: Gateway) -> None:
    """GET /v1/models leaves out the retired model, and other models can still be had."""
    client = openai_client(gateway, retries=0)
    before = [model.id for model in client.models.list()]
    gateway.fault("model_retired", model="sora-2")
    after = [model.id for model in client.models.list()]
    client.videos.create(model="sora-2-pro", prompt="A cat", seconds="4")

    assert [name for name in before if name not in after] == ["sora-2"]


def test_without_a_model_all_are_retired(gateway: Gateway) -> None:
    """A drill that names no model leaves an empty list."""
    gateway.fault("model_retired")

    assert list(openai_client(gateway).models.list()) == []


def test_a_drill_ends_by_itself(gateway: Gateway) -> None:
    """Time to live is every fault's, and so is being for one model only."""
    gateway.clock.freeze()
    gateway.fault("channel_paused", model="sora-2-pro", ttl_s=60)
    client = openai_client(gateway, retries=0)
    create(client)

    with pytest.raises(openai.InternalServerError):
        client.videos.create(model="sora-2-pro", prompt="A cat", seconds="4")
    gateway.clock.advance(60)

    assert client.videos.create(model="sora-2-pro", prompt="A cat", seconds="4").id


def test_a_pause_says_when_to_come_back(gateway: Gateway) -> None:
    """A paused channel answers as a paused model of the catalogue does, Retry-After included."""
    gateway.fault("channel_paused")

    with pytest.raises(openai.APIStatusError) as caught:
        create(openai_client(gateway, retries=0))

    assert caught.value.response.headers["retry-after"] == "60"
