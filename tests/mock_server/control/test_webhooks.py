"""Webhooks by the control API: endpoints, deliveries, sending on demand."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import httpx
import pytest
from openai import OpenAI

from tests.mock_server.control.conftest import ADMIN, START_MS, Call, video
from tests.mock_server.webhooks.receiver import Receiver, receiving
from video_gateway_mock.handle import ControlError, Gateway

BOTH = ("video.completed", "video.failed")
NOBODY = "http://127.0.0.1:9/hooks"
LONGEST_JOB_S = 400


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver."""
    with receiving() as made:
        yield made


def test_endpoints_are_made_listed_and_removed(gateway: Gateway) -> None:
    """Each has what was asked for, or all events; the oldest stands first."""
    first = gateway.webhooks.create(NOBODY)
    second = gateway.webhooks.create(NOBODY, ["video.failed"], name="failures")
    listed = gateway.webhooks.endpoints
    gateway.webhooks.delete(first)

    assert [(each.name, each.event_types) for each in listed] == [
        ("webhook", BOTH),
        ("failures", ("video.failed",)),
    ]
    assert listed[0].created_ms == START_MS
    assert [each.id for each in gateway.webhooks.endpoints] == [second.id]


def test_both_faces_show_the_same_endpoints(gateway: Gateway, client: OpenAI) -> None:
    """What a client makes the control API shows, and the reverse."""
    theirs = client.webhooks.create(name="a", url=NOBODY, event_types=["video.failed"])
    ours = gateway.webhooks.create(NOBODY, name="b")

    assert [each.id for each in gateway.webhooks.endpoints] == [theirs.id, ours.id]
    assert [each.id for each in client.webhooks.list()] == [ours.id, theirs.id]


def test_webhooks_of_one_key_are_not_visible_to_another(
    gateway: Gateway, client: OpenAI, receiver: Receiver
) -> None:
    """Another key's jobs are nobody's news here, and its log is its own."""
    gateway.webhooks.create(receiver.url)
    other = gateway.with_key(f"sk-{uuid4().hex}")
    with OpenAI(base_url=other.base_url, api_key=other.api_key) as stranger:
        video(stranger)
    other.clock.advance(LONGEST_JOB_S)

    assert (other.webhooks.deliver(), other.webhooks.endpoints) == ([], [])
    assert (gateway.webhooks.deliver(), gateway.webhooks.deliveries()) == ([], [])
    assert receiver.heard == []


def test_deliver_sends_what_is_due_and_waits_for_the_answers(
    gateway: Gateway, client: OpenAI, receiver: Receiver
) -> None:
    """Nothing is sent before a job ends; when deliver returns, all of it was answered."""
    gateway.webhooks.create(receiver.url)
    jobs = {video(client) for _ in range(3)}
    early = gateway.webhooks.deliver()
    waiting = {each.state for each in gateway.webhooks.deliveries()}
    gateway.clock.advance(LONGEST_JOB_S)
    gateway.webhooks.deliver()
    log = gateway.webhooks.deliveries()

    assert (early, waiting) == ([], {"pending"})
    assert {each.job for each in log} == jobs
    assert [(each.state, [one.status for one in each.attempts]) for each in log] == [
        ("delivered", [200])
    ] * 3
    assert len(receiver.heard) == 3
    assert gateway.webhooks.deliver() == []


def test_deliver_returns_what_it_sent(gateway: Gateway, client: OpenAI) -> None:
    """An attempt without a response is listed with its reason, and is due again later."""
    gateway.webhooks.create(NOBODY)
    job = video(client)
    gateway.clock.advance(LONGEST_JOB_S)
    tried = gateway.webhooks.deliver()
    (kept,) = gateway.webhooks.deliveries()

    # The server may have sent it by itself when the clock was moved.
    assert tried in ([], [kept])
    assert (kept.job, kept.state, kept.reason) == (job, "pending", None)
    assert [one.status for one in kept.attempts] == [None]
    assert "no connection" in (kept.attempts[0].error or "")
    assert kept.due_ms > gateway.clock.now()


Criterion = Callable[[dict[str, str]], dict[str, str]]
CRITERIA: tuple[tuple[Criterion, int], ...] = (
    (lambda _: {}, 4),
    (lambda _: {"state": "delivered"}, 2),
    (lambda _: {"state": "pending"}, 2),
    (lambda _: {"state": "dropped"}, 0),
    (lambda _: {"event_type": "video.failed"}, 2),
    (lambda ids: {"job": ids["good"]}, 2),
    (lambda ids: {"endpoint": ids["away"]}, 2),
    (lambda ids: {"endpoint": ids["there"], "job": ids["bad"]}, 1),
    (lambda ids: {"job": ids["bad"], "event_type": "video.completed"}, 0),
    (lambda _: {"job": "video_1"}, 0),
)


def test_the_log_can_be_searched(
    gateway: Gateway, client: OpenAI, receiver: Receiver, call: Call
) -> None:
    """By state, event, endpoint and job, alone and together; the count is of all that fit."""
    there, away = gateway.webhooks.create(receiver.url), gateway.webhooks.create(NOBODY)
    good, bad = video(client), video(client, "A cat mock:fails_at_60")
    gateway.clock.advance(LONGEST_JOB_S)
    gateway.webhooks.deliver()
    ids = {"there": there.id, "away": away.id, "good": good, "bad": bad}

    for criterion, found in CRITERIA:
        where = criterion(ids)
        assert len(gateway.webhooks.deliveries(**where)) == found, where
        short = call("GET", "/webhooks/deliveries", params={**where, "limit": 1}).json()
        assert (short["count"], len(short["deliveries"])) == (found, min(1, found))


def test_a_log_is_in_the_order_of_its_events(gateway: Gateway, client: OpenAI) -> None:
    """What happened first stands first, sent or not."""
    gateway.webhooks.create(NOBODY)
    for _ in range(3):
        video(client)
        gateway.clock.advance(10)
    happened = [each.happened_ms for each in gateway.webhooks.deliveries()]

    assert len(set(happened)) == 3
    assert happened == sorted(happened)


def test_a_delivery_can_be_sent_once_more(
    gateway: Gateway, client: OpenAI, receiver: Receiver
) -> None:
    """The same event comes again, and the log has one delivery with both attempts."""
    gateway.webhooks.create(receiver.url)
    video(client)
    gateway.clock.advance(LONGEST_JOB_S)
    gateway.webhooks.deliver()
    (delivery,) = gateway.webhooks.deliveries()
    again = gateway.webhooks.redeliver(delivery)
    first, second = receiver.next(), receiver.next()

    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == delivery.event
    assert (again.state, [one.status for one in again.attempts]) == ("delivered", [200, 200])
    assert gateway.webhooks.deliveries() == [again]


def test_what_is_due_later_can_be_sent_now(
    gateway: Gateway, client: OpenAI, receiver: Receiver
) -> None:
    """A delivery that waits for its next attempt need not wait for the clock."""
    receiver.script.statuses = [500]
    gateway.webhooks.create(receiver.url)
    video(client)
    gateway.clock.advance(LONGEST_JOB_S)
    gateway.webhooks.deliver()
    (waiting,) = gateway.webhooks.deliveries(state="pending")
    receiver.script.statuses = [200]
    again = gateway.webhooks.redeliver(waiting)

    assert [one.status for one in again.attempts] == [500, 200]
    assert gateway.webhooks.deliveries() == [again]
    assert again.state == "delivered"


def test_a_removed_endpoint_gets_nothing(
    gateway: Gateway, client: OpenAI, receiver: Receiver
) -> None:
    """What was to be sent there is dropped, and the log says why."""
    endpoint = gateway.webhooks.create(receiver.url)
    video(client)
    gateway.webhooks.delete(endpoint)
    gateway.clock.advance(LONGEST_JOB_S)
    gateway.webhooks.deliver()
    (dropped,) = gateway.webhooks.deliveries()

    assert (dropped.state, dropped.attempts) == ("dropped", ())
    assert "removed" in (dropped.reason or "")
    assert gateway.webhooks.redeliver(dropped).state == "dropped"
    assert receiver.heard == []


def test_a_reset_forgets_endpoints_and_deliveries(gateway: Gateway, client: OpenAI) -> None:
    """Nothing is left to send, and jobs stay as they are."""
    gateway.webhooks.create(NOBODY)
    job = video(client)
    gateway.reset("webhooks")
    gateway.clock.advance(LONGEST_JOB_S)

    assert (gateway.webhooks.endpoints, gateway.webhooks.deliveries()) == ([], [])
    assert gateway.webhooks.deliver() == []
    assert [each.id for each in gateway.jobs] == [job]


def test_no_answer_but_the_one_that_makes_it_holds_a_secret(
    gateway: Gateway, client: OpenAI, receiver: Receiver, call: Call
) -> None:
    """State, server, lists, log, journal and metrics show none, nor does a handle's text."""
    ours = gateway.webhooks.create(receiver.url)
    theirs = client.webhooks.create(name="a", url=receiver.url, event_types=["video.failed"])
    kept = client.webhooks.rotate_secret(theirs.id, keep_old_secret_active_for_24_hours=True)
    video(client)
    gateway.clock.advance(LONGEST_JOB_S)
    gateway.webhooks.deliver()
    places = ("/world", "/webhooks/endpoints", "/webhooks/deliveries", "/requests", "/metrics")
    shown = [call("GET", place).text for place in places]
    shown += [call("GET", "/server", ADMIN).text, repr(ours), repr(gateway.webhooks.endpoints)]

    assert ours.secret is not None
    assert all(each.secret is None for each in gateway.webhooks.endpoints)
    for secret in (ours.secret, theirs.signing_secret, kept.signing_secret):
        assert [text for text in shown if secret.removeprefix("whsec_") in text] == []


def test_the_admin_token_acts_on_the_webhooks_of_any_key(gateway: Gateway, call: Call) -> None:
    """With the admin token and a tenant's name each operation acts on that tenant."""
    gateway.webhooks.create(NOBODY)
    mine = {"tenant": call("GET", "/world").json()["tenant"]}
    made = call("POST", "/webhooks/endpoints", ADMIN, params=mine, json={"url": NOBODY})

    assert made.json()["secret"].startswith("whsec_")
    assert len(gateway.webhooks.endpoints) == 2
    assert call("POST", "/webhooks/deliver", ADMIN, params=mine).json() == {"deliveries": []}
    assert call("POST", "/webhooks/deliver", ADMIN).status_code == httpx.codes.NOT_FOUND


def test_a_handle_says_why_an_address_is_not_allowed(gateway: Gateway) -> None:
    """The error names the address and the option that would allow it."""
    with pytest.raises(ControlError, match=r"'hooks\.example\.com'.*--webhook-host"):
        gateway.webhooks.create("https://hooks.example.com/films")
