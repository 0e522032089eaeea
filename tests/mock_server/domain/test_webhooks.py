"""Endpoints and the events that are sent to them."""

from dataclasses import replace

import pytest

from mock_server.domain.webhooks import VIDEO_COMPLETED, VIDEO_FAILED, deliveries, succeeded
from tests.mock_server.facts import ENDS_MS, FAILING, HAPPY, STUCK, endpoint, job


@pytest.mark.parametrize(("now_ms", "count"), [(0, 2), (999, 2), (1000, 1), (2000, 1)])
def test_an_old_secret_signs_until_its_end(now_ms: int, count: int) -> None:
    """A message is signed with the new secret first, and with the old one until its instant."""
    rotated = replace(endpoint(), secret="new", old_secret="old", old_until_ms=1000)

    assert rotated.secrets(now_ms) == ("new", "old")[:count]
    assert replace(rotated, old_secret=None).secrets(now_ms) == ("new",)


def test_a_disabled_endpoint_wants_no_event() -> None:
    """An enabled one wants the event types it was created with."""
    enabled = replace(endpoint(), event_types=(VIDEO_FAILED,), disabled=None)

    assert (enabled.wants(VIDEO_FAILED), enabled.wants(VIDEO_COMPLETED)) == (True, False)
    assert not replace(enabled, disabled="gone").wants(VIDEO_FAILED)


def test_a_job_has_one_delivery_for_each_endpoint_that_wants_its_end() -> None:
    """It is due at the end of the job; a job that never ends has none."""
    both = endpoint(id="we_1", event_types=(VIDEO_COMPLETED, VIDEO_FAILED))
    failures = endpoint(id="we_2", event_types=(VIDEO_FAILED,))
    (sent,) = deliveries(job(HAPPY), [both, failures])

    assert (sent.endpoint_id, sent.event_type, sent.id) == (
        "we_1",
        VIDEO_COMPLETED,
        f"{sent.event_id}.we_1",
    )
    assert sent.happened_ms == sent.due_ms == ENDS_MS
    assert [each.event_type for each in deliveries(job(FAILING), [both, failures])] == [
        VIDEO_FAILED,
        VIDEO_FAILED,
    ]
    assert list(deliveries(job(STUCK), [both, failures])) == []


def test_the_id_of_an_event_does_not_reveal_the_token() -> None:
    """It is the same for all endpoints, differs by job and token, and is a hash."""
    one, other = deliveries(job(), [endpoint(id="we_1"), endpoint(id="we_2")])
    (secret,) = deliveries(job(token="another"), [endpoint()])

    assert one.event_id == other.event_id
    assert one.event_id.startswith("evt_")
    assert len(one.event_id) == 36
    assert secret.event_id != one.event_id
    assert "another" not in secret.event_id


@pytest.mark.parametrize(
    ("status", "taken"), [(None, False), (199, False), (200, True), (299, True), (302, False)]
)
def test_only_a_2xx_response_takes_an_event(status: int | None, taken: bool) -> None:
    """A redirect is not followed and counts as a failure."""
    assert succeeded(status) is taken
