"""State that is damaged, or of another version, is an error for its own key and no other."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import httpx
import orjson
import pytest

from mock_server.app import build_server
from mock_server.http.security import tenant_of
from mock_server.running import serving
from tests.mock_server.stores.shelves import Damage, Shelf

ORDER = {"model": "sora-2", "prompt": "A cat", "seconds": "4"}
ANN, BOB = "sk-ann", "sk-bob"
ADMIN = "admin-token"
FAULT = {"kind": "latency", "ms": 1, "operation": "createUnifiedVideo"}


class Gateway:
    """A running server, called with any key."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def ask(self, key: str, method: str, path: str, json: object = None) -> httpx.Response:
        """What the server answers to a key."""
        headers = {"Authorization": f"Bearer {key}"}
        return self._client.request(method, path, json=json, headers=headers)


@contextmanager
def running(shelf: Shelf) -> Iterator[Gateway]:
    """A server on that store."""
    with (
        serving(build_server(replace(shelf.settings, admin_token=ADMIN))) as url,
        httpx.Client(base_url=url, trust_env=False, timeout=30) as client,
    ):
        yield Gateway(client)


@pytest.fixture(scope="module")
def contents() -> dict[type[Shelf], Mapping[str, bytes]]:
    """What a server has left on each kind of shelf so far."""
    return {}


@pytest.fixture
def filled(shelf: Shelf, contents: dict[type[Shelf], Mapping[str, bytes]]) -> Shelf:
    """Both keys have made a job; the first has a dialect and a fault of its own."""
    kind = type(shelf)
    if kind in contents:
        shelf.put(contents[kind])
    else:
        fill(shelf)
        contents[kind] = shelf.contents()
    return shelf


def fill(shelf: Shelf) -> None:
    """Have both keys make a job; the first has a dialect and a fault of its own."""
    with running(shelf) as gateway:
        for key in (ANN, BOB):
            assert gateway.ask(key, "POST", "/v1/videos", ORDER).status_code == 200
        gateway.ask(ANN, "PUT", "/_mock/dialect", {"dialect": "new-api"})
        gateway.ask(ANN, "PUT", "/_mock/scenario", {"scenario": "slow"})
        assert gateway.ask(ANN, "POST", "/_mock/faults", FAULT).status_code == 200


def swapped(old: bytes, new: bytes) -> Damage:
    """One text in the place of another."""

    def damage(raw: bytes) -> bytes:
        assert old in raw
        return raw.replace(old, new)

    return damage


STATES: dict[str, Damage] = {
    "cut off": lambda raw: raw[: len(raw) // 2],
    "no text": lambda _: b"\x00\xff",
    "nothing": lambda _: b"",
    "a list": lambda _: b"[1, 2]",
    "a number": lambda _: b"7",
    "another type": swapped(b'"speed":1.0', b'"speed":"fast"'),
    "an unknown field": swapped(b'"made"', b'"unmade"'),
    "a missing field": swapped(b'"kind":"latency",', b""),
    "an unknown scenario": swapped(b'"slow"', b'"of-tomorrow"'),
    "an unknown dialect": swapped(b'"new-api"', b'"of-tomorrow"'),
    "an unknown fault": swapped(b'"latency"', b'"of-tomorrow"'),
    "an unknown setting": swapped(b'"ms":1', b'"of_tomorrow":1'),
    "a setting out of range": swapped(b'"ms":1', b'"ms":-1'),
    "a clock that runs backwards": swapped(b'"speed":1.0', b'"speed":-1'),
}


@pytest.mark.parametrize("damage", STATES.values(), ids=STATES)
def test_one_keys_state_is_that_keys_error_until_it_is_reset(filled: Shelf, damage: Damage) -> None:
    """The error says in JSON how to reset the key, which works; other keys are not affected."""
    filled.damage("world", tenant_of(ANN), damage)
    with running(filled) as gateway:
        refused = [
            gateway.ask(ANN, "GET", "/v1/videos"),
            gateway.ask(ANN, "POST", "/v1/videos", ORDER),
            gateway.ask(ANN, "GET", "/_mock/world"),
        ]
        unharmed = [gateway.ask(BOB, "GET", path) for path in ("/v1/videos", "/_mock/world")]
        listed = gateway.ask(ADMIN, "GET", "/_mock/server").json()
        remedy = re.search(
            r"\{.*?\}", refused[0].json()["error"]["message"].split("_mock/reset")[1]
        )
        assert remedy is not None
        reset = gateway.ask(ANN, "POST", "/_mock/reset", orjson.loads(remedy[0]))
        again = gateway.ask(ANN, "POST", "/v1/videos", ORDER)

    assert [answer.status_code for answer in refused] == [500] * 3
    assert {answer.json()["error"]["code"] for answer in refused} == {"stored_state_unusable"}
    assert all("application/json" in answer.headers["content-type"] for answer in refused)
    assert [answer.status_code for answer in unharmed] == [200, 200]
    assert list(listed["unusable"]) == [tenant_of(ANN)]
    assert [each["tenant"] for each in listed["worlds"]] == [tenant_of(BOB)]
    assert (reset.status_code, again.status_code) == (200, 200)


@pytest.mark.parametrize("name", ["an unknown scenario", "an unknown fault"])
def test_the_error_is_in_the_dialect_of_the_key(filled: Shelf, name: str) -> None:
    """A dialect that is known is kept, whatever else of the state is not."""
    filled.damage("world", tenant_of(ANN), STATES[name])
    with running(filled) as gateway:
        answer = gateway.ask(ANN, "GET", "/v1/videos")

    assert "x-oneapi-request-id" in answer.headers
    assert set(answer.json()["error"]) == {"message", "type", "code"}


def test_what_is_named_alone_is_reset_alone(filled: Shelf) -> None:
    """Putting back the scenario that nobody knows leaves jobs and dialect as they were."""
    filled.damage("world", tenant_of(ANN), STATES["an unknown scenario"])
    with running(filled) as gateway:
        gateway.ask(ANN, "POST", "/_mock/reset", {"scopes": ["scenario"]})
        state = gateway.ask(ANN, "GET", "/_mock/world").json()
        jobs = gateway.ask(ANN, "GET", "/_mock/jobs").json()["jobs"]

    assert (state["scenario"], state["dialect"], len(jobs)) == ({"happy": 1}, "new-api", 1)


def test_all_tenants_are_reset_although_one_is_unusable(filled: Shelf) -> None:
    """A reset of the server reaches the damaged tenant and those listed after it."""
    filled.damage("world", tenant_of(ANN), STATES["no text"])
    with running(filled) as gateway:
        gateway.ask(BOB, "PUT", "/_mock/scenario", {"scenario": "slow"})
        part = gateway.ask(ADMIN, "POST", "/_mock/server/reset", {"scopes": ["scenario"]})
        bob = gateway.ask(BOB, "GET", "/_mock/world").json()["scenario"]
        whole = gateway.ask(ADMIN, "POST", "/_mock/server/reset", {"scopes": ["all"]})
        ann = gateway.ask(ANN, "GET", "/v1/videos")

    assert (part.status_code, part.json()["error"]["code"]) == (500, "stored_state_unusable")
    assert bob == {"happy": 1}
    assert (whole.status_code, ann.status_code) == (200, 200)


@pytest.mark.parametrize("damage", [STATES["no text"], STATES["an unknown scenario"]])
def test_what_was_set_for_all_is_reset_by_the_administrator(shelf: Shelf, damage: Damage) -> None:
    """If the settings for all keys are unusable, new keys get an error that says how to reset."""
    with running(shelf) as gateway:
        gateway.ask(ADMIN, "PUT", "/_mock/server/scenario", {"scenario": "slow"})
    shelf.damage("world", "*", damage)
    with running(shelf) as gateway:
        refused = gateway.ask(ANN, "GET", "/v1/videos")
        reset = gateway.ask(ADMIN, "POST", "/_mock/server/reset", {"scopes": ["all"]})
        again = gateway.ask(ANN, "GET", "/v1/videos")

    assert refused.status_code == 500
    assert "/_mock/server/reset with the admin token" in refused.json()["error"]["message"]
    assert (reset.status_code, again.status_code) == (200, 200)


JOBS: dict[str, Damage] = {
    "cut off": lambda raw: raw[: len(raw) // 2],
    "another type": swapped(b"720,", b'"wide",'),
    "an enormous picture": swapped(b"720,", b"7200000,"),
    "an unknown field": swapped(b'"prompt"', b'"of_tomorrow"'),
    "an unknown stage": swapped(b'"queued"', b'"of_tomorrow"'),
}


@pytest.mark.parametrize("damage", JOBS.values(), ids=JOBS)
def test_one_job_does_not_hide_the_others(filled: Shelf, damage: Damage) -> None:
    """A job that cannot be used is an error with its remedy; the others are listed and made."""
    filled.damage("job", tenant_of(BOB), damage)
    with running(filled) as gateway:
        made = gateway.ask(BOB, "POST", "/v1/videos", ORDER)
        if made.status_code == 500:  # a snapshot gives up a key's state as a whole
            assert made.json()["error"]["code"] == "stored_state_unusable"
        else:
            listed = gateway.ask(BOB, "GET", "/v1/videos").json()
            assert [each["id"] for each in listed["data"]] == [made.json()["id"]]
            assert not listed["has_more"]
        gateway.ask(BOB, "POST", "/_mock/reset", {"scopes": ["all"]})
        assert gateway.ask(BOB, "GET", "/v1/videos").json()["data"] == []
        assert len(gateway.ask(ANN, "GET", "/_mock/jobs").json()["jobs"]) == 1


def test_a_journal_that_lacks_something_does_not_count(filled: Shelf) -> None:
    """An unusable entry is an error, because a count without it would be wrong."""
    filled.damage("entry", tenant_of(ANN), lambda _: b'{"number": 1}')
    with running(filled) as gateway:
        refused = gateway.ask(ANN, "POST", "/_mock/requests/verify", {"at_least": 1})
        gateway.ask(ANN, "POST", "/_mock/reset", {"scopes": ["all"]})
        again = gateway.ask(ANN, "GET", "/_mock/requests")

    assert (refused.status_code, refused.json()["error"]["code"]) == (500, "stored_state_unusable")
    assert again.status_code == 200
