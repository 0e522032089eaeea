"""The official Python client believes what webhook endpoints are sent, and nothing else."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from openai import ConflictError, InvalidWebhookSignatureError, OpenAI

from mock_server.running import Gateway
from tests.mock_server.webhooks.receiver import ReceivedEvent, Receiver, receiving
from tests.system.clients.endpoints import endpoint_at
from tests.system.clients.gateway import openai_client

LONGEST_JOB_S = 400
DAY_S = 86_400


@pytest.fixture
def client(gateway: Gateway) -> Iterator[OpenAI]:
    """The client in the test's tenant."""
    with openai_client(gateway) as made:
        yield made


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver of webhooks."""
    with receiving() as made:
        yield made


@pytest.mark.parametrize("status", [200, 204, 307, 404, 500])
def test_a_test_sends_a_signed_sample(client: OpenAI, receiver: Receiver, status: int) -> None:
    """The sample is sent at once, no redirect is followed, and only 2xx is a success."""
    receiver.script.statuses = [status]
    made = endpoint_at(client, receiver.url)
    result = client.webhooks.test(made.id, event_type="video.failed")
    event = unwrapped(client, receiver.next(), made.signing_secret)

    assert (result.object, result.webhook_endpoint_id) == ("webhook_endpoint.test", made.id)
    assert (result.event_type, result.status_code) == ("video.failed", status)
    assert result.success is (status < 300)
    assert event["type"] == "video.failed"
    assert len(receiver.heard) == 1


def test_a_test_that_nobody_answers_fails_at_once(gateway: Gateway, client: OpenAI) -> None:
    """The error says what went wrong, and the client does not send the test again."""
    made = endpoint_at(client)
    with pytest.raises(ConflictError, match="did not answer") as caught:
        client.webhooks.test(made.id, event_type="video.failed")

    assert caught.value.code == "webhook_not_answered"
    assert gateway.verify(operation="testWebhookEndpoint", exactly=1)


def test_a_whole_story(gateway: Gateway, client: OpenAI, receiver: Receiver) -> None:
    """An endpoint is notified of a job's end; the client believes it and reads the job."""
    made = endpoint_at(client, receiver.url)
    video = client.videos.create(model="sora-2", prompt="A cat")
    gateway.clock.advance(LONGEST_JOB_S)
    gateway.webhooks.deliver()
    event = unwrapped(client, receiver.next(), made.signing_secret)
    shown = client.videos.retrieve(event["data"]["id"])

    assert (event["object"], event["type"]) == ("event", "video.completed")
    assert (shown.id, shown.status) == (video.id, "completed")
    assert event["created_at"] == shown.completed_at


def test_a_message_is_believed_with_its_own_secret_only(
    gateway: Gateway, client: OpenAI, receiver: Receiver
) -> None:
    """The client refuses it with another endpoint's secret, and with one letter changed."""
    made, other = endpoint_at(client, receiver.url), endpoint_at(client)
    message = ended(gateway, client, receiver)
    forged = ReceivedEvent(
        message.path, message.headers, message.body.replace(b"video.", b"audio.")
    )

    assert unwrapped(client, message, made.signing_secret)
    for lie, secret in ((message, other.signing_secret), (forged, made.signing_secret)):
        with pytest.raises(InvalidWebhookSignatureError):
            unwrapped(client, lie, secret)


@pytest.mark.parametrize("keep", [True, False])
def test_an_old_secret_is_good_for_a_day_if_it_is_kept(
    gateway: Gateway, client: OpenAI, receiver: Receiver, keep: bool
) -> None:
    """After a rotation both secrets verify for 24 hours, or the new one alone."""
    made = endpoint_at(client, receiver.url)
    new = client.webhooks.rotate_secret(made.id, keep_old_secret_active_for_24_hours=keep)
    message = ended(gateway, client, receiver)
    gateway.clock.advance(DAY_S)
    later = ended(gateway, client, receiver)

    assert believed(client, message, made.signing_secret) is keep
    assert not believed(client, later, made.signing_secret)
    assert believed(client, message, new.signing_secret)
    assert believed(client, later, new.signing_secret)


def ended(gateway: Gateway, client: OpenAI, receiver: Receiver) -> ReceivedEvent:
    """What is sent when a new job ends."""
    client.videos.create(model="sora-2", prompt="A cat")
    gateway.clock.advance(LONGEST_JOB_S)
    gateway.webhooks.deliver()
    return receiver.next()


def unwrapped(client: OpenAI, message: ReceivedEvent, secret: str) -> dict[str, Any]:
    """The event, once the client has verified it."""
    event = client.webhooks.unwrap(message.body, message.headers, secret=secret)
    read: dict[str, Any] = json.loads(message.body)
    assert (event.id, event.type) == (read["id"], read["type"])
    return read


def believed(client: OpenAI, message: ReceivedEvent, secret: str) -> bool:
    """Whether the client verifies a message with a secret."""
    try:
        client.webhooks.verify_signature(message.body, message.headers, secret=secret)
    except InvalidWebhookSignatureError:
        return False
    return True
