"""What is sent is an event of OpenAI's, signed so that its clients believe it."""

import base64
import random

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai import InvalidWebhookSignatureError, OpenAI

from mock_server.domain.clock import wall_clock
from mock_server.domain.webhooks import EVENTS, deliveries, event_id
from mock_server.webhooks.post import body_of, headers_of, new_secret
from tests.mock_server.facts import (
    BORN_MS,
    ENDS_MS,
    FAILING,
    STUCK,
    delivery,
    endpoint,
    job,
    order,
)

OLD, NEW = (new_secret(random.Random(number)) for number in range(2))
CLIENT = OpenAI(api_key="none", base_url="http://127.0.0.1:9")


def test_the_body_is_that_of_the_guide() -> None:
    """The event names itself and the job, and nothing else of it."""
    assert orjson.loads(body_of(delivery())) == {
        "id": "evt_1",
        "object": "event",
        "created_at": ENDS_MS // 1000,
        "type": "video.completed",
        "data": {"id": "video_1"},
    }


@pytest.mark.parametrize(
    ("now_ms", "believed"), [(BORN_MS, {OLD, NEW}), (BORN_MS + 1, {NEW}), (BORN_MS + 2, {NEW})]
)
def test_an_old_secret_counts_until_its_end(now_ms: int, believed: set[str]) -> None:
    """After a rotation both secrets sign, until the old one's time is over on the clock."""
    rotated = endpoint(secret=NEW, old_secret=OLD, old_until_ms=BORN_MS + 1)
    body = body_of(delivery())
    headers = headers_of(delivery(), body, rotated, now_ms=now_ms, wall_ms=wall_clock())

    found = set()
    for secret in (OLD, NEW):
        try:
            CLIENT.webhooks.unwrap(body, headers, secret=secret)
            found.add(secret)
        except InvalidWebhookSignatureError:
            continue
    assert found == believed


def test_the_timestamp_is_real() -> None:
    """An event of a clock that was moved by years is believed by a receiver that was not."""
    far = 10**13
    moved = delivery(happened_ms=far)
    body = body_of(moved)
    headers = headers_of(moved, body, endpoint(), now_ms=far, wall_ms=wall_clock())

    event = CLIENT.webhooks.unwrap(body, headers, secret=endpoint().secret)
    assert event.created_at == far // 1000


def test_a_changed_body_is_not_believed() -> None:
    """The signature is of the very bytes that are sent."""
    body = body_of(delivery())
    headers = headers_of(delivery(), body, endpoint(), now_ms=0, wall_ms=wall_clock())
    with pytest.raises(InvalidWebhookSignatureError):
        CLIENT.webhooks.unwrap(body + b" ", headers, secret=endpoint().secret)


@given(st.randoms(use_true_random=False))
def test_secrets_have_the_size_that_is_asked_for(source: random.Random) -> None:
    """A secret is whsec_ and the base64 of 24 to 64 bytes."""
    secret = new_secret(source)

    assert secret.startswith("whsec_")
    assert 24 <= len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) <= 64


def test_one_event_has_one_id() -> None:
    """It is the same for every endpoint, another for every job, and does not show the token."""
    both = list(deliveries(job(), [endpoint(), endpoint(id="we_2")]))
    (other,) = deliveries(job(token="f" * 32), [endpoint()])

    assert {each.event_id for each in both} == {event_id(job())}
    assert other.event_id != event_id(job())
    assert job().token not in event_id(job())
    assert len({each.id for each in both}) == 2


def test_only_a_job_that_ends_has_an_event() -> None:
    """What never ends sends nothing, what fails sends that, and each when it ends."""
    assert list(deliveries(job(STUCK), [endpoint()])) == []
    (failed,) = deliveries(job(FAILING), [endpoint()])
    (completed,) = deliveries(job(order=order(prompt="Ü")), [endpoint()])

    assert (completed.event_type, failed.event_type) == EVENTS
    assert (completed.happened_ms, completed.due_ms) == (ENDS_MS, ENDS_MS)
    assert failed.happened_ms == BORN_MS + 57_200
