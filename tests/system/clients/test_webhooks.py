"""The official Python client manages webhook endpoints."""

from collections.abc import Iterator
from typing import Any

import pytest
from openai import BadRequestError, ConflictError, NotFoundError, OpenAI

from mock_server.running import Gateway
from tests.system.clients.endpoints import BOTH, NOBODY, endpoint_at
from tests.system.clients.gateway import openai_client


@pytest.fixture
def client(gateway: Gateway) -> Iterator[OpenAI]:
    """The client in the test's tenant."""
    with openai_client(gateway) as made:
        yield made


def test_an_endpoint_is_made_read_changed_and_removed(client: OpenAI) -> None:
    """What is created can be read, listed and updated, and is gone once it is deleted."""
    made = endpoint_at(client)
    read = client.webhooks.retrieve(made.id)
    changed = client.webhooks.update(made.id, name="All films", event_types=["video.failed"])
    gone = client.webhooks.delete(made.id)

    assert (read.object, read.name, read.url) == ("webhook_endpoint", "Films", NOBODY)
    assert read.event_types == BOTH
    assert read.created_at == read.updated_at == made.created_at
    assert (changed.name, changed.url, changed.event_types) == (
        *("All films", NOBODY),
        ["video.failed"],
    )
    assert (gone.id, gone.object, gone.deleted) == (made.id, "webhook_endpoint.deleted", True)
    assert list(client.webhooks.list()) == []
    with pytest.raises(NotFoundError):
        client.webhooks.retrieve(made.id)


def test_a_secret_is_shown_when_it_is_made_and_never_again(client: OpenAI) -> None:
    """Only the answers to create and rotate_secret hold one; all others hold its end."""
    made = endpoint_at(client)
    rotated = client.webhooks.rotate_secret(made.id)
    raw = client.webhooks.with_raw_response
    others = (
        raw.retrieve(made.id).text,
        raw.list().text,
        raw.update(made.id, name="again").text,
        raw.delete(made.id).text,
    )

    assert made.signing_secret.startswith("whsec_")
    assert rotated.signing_secret != made.signing_secret
    assert rotated.signing_secret_hint is not None
    assert rotated.signing_secret.endswith(rotated.signing_secret_hint.lstrip("."))
    for text in others:
        assert rotated.signing_secret not in text
        assert made.signing_secret not in text


def test_an_update_that_changes_nothing_is_none(gateway: Gateway, client: OpenAI) -> None:
    """updated_at moves on when something is changed, and not before."""
    made = endpoint_at(client)
    gateway.clock.advance(60)
    same = client.webhooks.update(made.id, name="Films")
    other = client.webhooks.update(made.id, name="More films")

    assert same.updated_at == made.updated_at == made.created_at
    assert other.updated_at == made.created_at + 60


def test_a_list_goes_on_page_by_page(client: OpenAI) -> None:
    """The newest come first, and the client's own paging finds each one once."""
    made = [endpoint_at(client, name=str(number)).id for number in range(5)]
    page = client.webhooks.list(limit=2)

    assert [each.id for each in page.data] == made[::-1][:2]
    assert page.has_more
    assert [each.id for each in client.webhooks.list(limit=2)] == made[::-1]


def test_the_events_are_those_of_videos(client: OpenAI) -> None:
    """The list of event types names what this gateway can report."""
    assert client.webhooks.event_types.list().data == BOTH


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/hooks",
        "http://10.0.0.7/hooks",
        "http://169.254.169.254/latest/meta-data",
        "http://0.0.0.0:8000/",
        "http://[::ffff:10.0.0.7]/",
    ],
)
def test_an_address_elsewhere_is_refused(client: OpenAI, url: str) -> None:
    """400 names the parameter, says that webhooks stay on this machine, and how to allow more."""
    for make in (
        lambda: endpoint_at(client, url),
        lambda: client.webhooks.update(endpoint_at(client).id, url=url),
    ):
        with pytest.raises(BadRequestError, match="this machine") as caught:
            make()
        assert (caught.value.code, caught.value.param) == ("webhook_url_not_allowed", "url")
        assert "--webhook-host" in caught.value.message


@pytest.mark.parametrize(
    ("changed", "code", "param"),
    [
        ({"event_types": ["response.completed"]}, "invalid_value", "event_types[0]"),
        ({"event_types": []}, "invalid_value", "event_types"),
        ({"event_types": "video.failed"}, "invalid_type", "event_types"),
        ({"name": ""}, "empty_string", "name"),
        ({"name": "n" * 257}, "string_above_max_length", "name"),
        ({"url": "ftp://127.0.0.1/"}, "invalid_value", "url"),
        ({"url": "http://[::1"}, "webhook_url_not_allowed", "url"),
        ({"url": "http://127.0.0.1:99999/"}, "webhook_url_not_allowed", "url"),
        ({"url": "http://127.0.0.1/" + "u" * 2048}, "string_above_max_length", "url"),
    ],
)
def test_what_is_no_endpoint_is_refused(
    client: OpenAI, changed: dict[str, Any], code: str, param: str
) -> None:
    """Each bad field is named, and nothing is made."""
    with pytest.raises(BadRequestError) as caught:
        endpoint_at(client, **changed)

    assert (caught.value.code, caught.value.param) == (code, param)
    assert list(client.webhooks.list()) == []


def test_an_unknown_endpoint_is_not_found(gateway: Gateway, client: OpenAI) -> None:
    """Somebody else's endpoint is answered like one that never was, whatever is asked of it."""
    with openai_client(gateway.with_key("sk-somebody-else")) as other:
        theirs = endpoint_at(other).id
    hooks = client.webhooks
    for ask in (
        lambda: hooks.retrieve(theirs),
        lambda: hooks.update(theirs, name="mine"),
        lambda: hooks.delete(theirs),
        lambda: hooks.rotate_secret(theirs),
        lambda: hooks.test(theirs, event_type="video.failed"),
        lambda: hooks.list(after=theirs),
    ):
        with pytest.raises(NotFoundError) as caught:
            ask()
        assert caught.value.code == "webhook_endpoint_not_found"


def test_there_are_a_hundred_endpoints_at_most(gateway: Gateway, client: OpenAI) -> None:
    """One more is 409 that says so, and is not asked for again; after a deletion there is room."""
    made = [endpoint_at(client).id for _ in range(100)]
    with pytest.raises(ConflictError, match="100") as caught:
        endpoint_at(client)
    client.webhooks.delete(made[0])

    assert caught.value.code == "webhook_endpoint_limit"
    assert gateway.verify(operation="createWebhookEndpoint", exactly=101)
    assert endpoint_at(client).id not in made
