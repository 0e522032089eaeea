"""Triggers after keys, unknown triggers, and what triggers do not affect."""

import httpx
import openai
import pytest

from mock_server.running import Gateway, running_gateway
from mock_server.settings import Settings
from tests.system.clients.gateway import openai_client

ORDER = {"model": "sora-2", "prompt": "A cat", "seconds": "4"}


def test_a_key_with_a_trigger_is_for_its_requests_alone(gateway: Gateway) -> None:
    """The tenant is the plain key's, which goes on working beside it."""
    client = openai_client(gateway, retries=0)
    job = client.videos.create(model="sora-2", prompt="A cat")
    broken = openai_client(gateway.with_key(f"{gateway.api_key}+500"), retries=0)
    slow = openai_client(gateway.with_key(f"{gateway.api_key}+stuck_queued"), retries=0)

    with pytest.raises(openai.InternalServerError):
        broken.videos.retrieve(job.id)
    stuck = slow.videos.create(model="sora-2", prompt="A dog")
    gateway.clock.advance(3600)

    assert slow.videos.retrieve(job.id).status == "completed"
    assert client.videos.retrieve(stuck.id).status == "queued"


def test_a_quota_by_key_counts_from_request_to_request(gateway: Gateway) -> None:
    """A fault with a memory also has one for a trigger."""
    gateway.clock.freeze()
    client = openai_client(gateway.with_key(f"{gateway.api_key}+quota"), retries=0)
    for _ in range(10):
        client.models.list()

    with pytest.raises(openai.RateLimitError):
        client.models.list()
    assert len(list(openai_client(gateway).models.list())) > 0


@pytest.mark.parametrize(
    ("order", "headers", "message"),
    [
        (
            {"prompt": "A cat mock:fials"},
            {},
            "'mock:fials' asks for nothing that is known; known: a status from 400 to 599; answ",
        ),
        ({"prompt": "A cat mock:200"}, {}, "'mock:200' "),
        (
            {},
            {"Prefer": "code=200"},
            "'Prefer: code=200' asks for nothing that is known; known: a status from 400 to 599.",
        ),
        ({}, {"Prefer": "code=latency"}, "known: a status from 400 to 599."),
        (
            {},
            {"Prefer": "scenario=429"},
            "'Prefer: scenario=429' asks for nothing that is known; known: answer_lost, cancelled",
        ),
        (
            {},
            {"Prefer": "fault=happy"},
            "'Prefer: fault=happy' asks for nothing that is known; known: latency, ",
        ),
        ({}, {"Prefer": "fault="}, "'Prefer: fault=' asks for nothing"),
        ({"model": "sora-2+fials"}, {}, "the model 'sora-2+fials' here"),
    ],
)
def test_an_unknown_trigger_is_reported_with_the_known_ones(
    order: dict[str, str], headers: dict[str, str], message: str, plain: httpx.Client
) -> None:
    """A misspelt trigger is an error, never the usual response."""
    answer = plain.post("/videos", json={**ORDER, **order}, headers=headers)

    assert answer.status_code == 400
    assert message in answer.json()["error"]["message"]


def test_what_is_no_trigger_is_part_of_a_key(gateway: Gateway) -> None:
    """A plus in a key means nothing unless a trigger follows it."""
    odd = gateway.with_key(f"{gateway.api_key}+fials")
    openai_client(odd).videos.create(model="sora-2", prompt="A cat")

    assert list(openai_client(gateway).videos.list()) == []
    assert len(list(openai_client(odd).videos.list())) == 1


def test_a_server_with_keys_knows_them_with_triggers() -> None:
    """Triggers can follow a listed key, not an unlisted one; a listed plus belongs to the key."""
    with running_gateway(Settings(keys=frozenset({"good", "c+429"}))) as fake:
        statuses = [
            httpx.get(
                f"{fake.base_url}/models",
                headers={"Authorization": f"Bearer {key}"},
                trust_env=False,
            ).status_code
            for key in ("good", "good+503", "bad+503", "good+fials", "c+429", "c+429+503", "c")
        ]

    assert statuses == [200, 503, 401, 401, 200, 503, 401]


def test_the_model_list_has_no_triggers(gateway: Gateway) -> None:
    """Trigger models can be ordered and are not advertised."""
    assert [model.id for model in openai_client(gateway).models.list() if "+" in model.id] == []
