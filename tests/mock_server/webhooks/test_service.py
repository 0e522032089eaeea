"""Creating and changing endpoints: allowed URLs, ids, secrets."""

import asyncio
from contextlib import suppress
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.app import build_server
from mock_server.domain.webhooks import VIDEO_FAILED, Endpoint
from mock_server.http.errors import ApiError
from mock_server.settings import Settings, WebhookSettings
from mock_server.webhooks import Targets, WebhookService

HOSTS = st.one_of(
    st.ip_addresses().map(lambda address: f"[{address}]" if ":" in str(address) else str(address)),
    st.sampled_from(["localhost", "a.localhost", "localhost.example", "127.0.0.1", "[::1]", "0"]),
    st.from_regex(r"[a-z0-9.\-@:\[\]\\%]{1,20}", fullmatch=True),
)
URLS = st.builds(
    "{}://{}{}".format,
    st.sampled_from(["http", "https"]),
    HOSTS,
    st.sampled_from(["", ":9", ":9/hooks", "/@10.0.0.7/", "?to=10.0.0.7", "#@10.0.0.7"]),
)


def service_of(settings: Settings) -> WebhookService:
    """The service of a server that does not run."""
    return build_server(settings).webhooks


def fields(**changed: Any) -> dict[str, Any]:
    """The settings of an endpoint."""
    return {
        "name": "Films",
        "url": "http://127.0.0.1:9/hooks",
        "event_types": [VIDEO_FAILED],
        **changed,
    }


def made(settings: Settings, tenant: str) -> tuple[Endpoint, Endpoint]:
    """A tenant's first endpoint on a new server, and the same after a rotation."""

    async def make() -> tuple[Endpoint, Endpoint]:
        webhooks = service_of(settings)
        first = await webhooks.create(tenant, fields())
        return first, await webhooks.rotate(tenant, first.id, keep_old=False)

    return asyncio.run(make())


@pytest.fixture(scope="module")
def webhooks() -> WebhookService:
    """One service for many endpoints."""
    return service_of(Settings())


@given(url=URLS)
def test_no_endpoint_leads_off_this_machine(webhooks: WebhookService, url: str) -> None:
    """By default no URL other than loopback is accepted, neither by a create nor by an update."""

    async def ask() -> list[Endpoint]:
        tenant = "t"
        kept = await webhooks.create(tenant, fields())
        with suppress(ApiError):
            await webhooks.create(tenant, fields(url=url))
        with suppress(ApiError):
            await webhooks.update(tenant, kept.id, {"url": url})
        endpoints = list(await webhooks.all(tenant))
        for endpoint in endpoints:
            await webhooks.remove(tenant, endpoint.id)
        return endpoints

    for endpoint in asyncio.run(ask()):
        host = urlsplit(endpoint.url).hostname or ""
        if host.rstrip(".").split(".")[-1] != "localhost":
            assert ip_address(host.rstrip(".")).is_loopback, endpoint.url


def test_a_host_can_be_allowed() -> None:
    """A host given by ``--webhook-host`` is accepted, by the same check that sending makes."""
    webhooks = service_of(Settings(webhooks=WebhookSettings(hosts=("hooks.example.com",))))
    url = "https://hooks.example.com/films"

    assert asyncio.run(webhooks.create("t", fields(url=url))).url == url
    assert Targets(("hooks.example.com",)).check(url) == "hooks.example.com"


def test_a_seed_repeats_ids_and_secrets() -> None:
    """Ids and secrets depend on the seed, the key and the count of rotations."""
    settings = Settings(seed=7)
    first, rotated = made(settings, "a")
    other, _ = made(settings, "b")

    assert [(each.id, each.secret) for each in made(settings, "a")] == [
        (each.id, each.secret) for each in (first, rotated)
    ]
    assert len({first.secret, rotated.secret, other.secret}) == 3
    assert first.id != other.id


def test_without_a_seed_nothing_is_repeated() -> None:
    """Without a seed ids and secrets cannot be predicted."""
    (first, _), (second, _) = made(Settings(), "a"), made(Settings(), "a")

    assert first.id != second.id
    assert first.secret != second.secret


def test_an_event_type_counts_once() -> None:
    """A repeated event type is stored once."""
    webhooks = service_of(Settings())
    endpoint = asyncio.run(webhooks.create("t", fields(event_types=[VIDEO_FAILED, VIDEO_FAILED])))

    assert endpoint.event_types == (VIDEO_FAILED,)
