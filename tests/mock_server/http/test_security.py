"""Every operation needs a key; keys are compared in constant time and never shown."""

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import openapi
from mock_server.http.errors import ApiError
from mock_server.http.security import KeyRing, read_key
from mock_server.settings import Settings
from openapi.contract.document import load_contract
from openapi.documents.places import operations
from tests.mock_server.inprocess import Fake, fake_gateway
from tests.mock_server.samples import create, error_of

OPERATIONS = [
    f"{str(method).upper()} {path}"
    for (_, path, method), _ in operations(load_contract(openapi.CONTRACT))
]
KEYS = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1).filter(
    lambda key: "invalid" not in key.lower() and key == key.strip()
)


def code_of(error: pytest.ExceptionInfo[ApiError]) -> str:
    """The code a caller gets."""
    return error.value.error_kind.code


def ask(client: httpx.Client, operation: str, **headers: str) -> httpx.Response:
    """An otherwise empty request for an operation."""
    method, path = operation.split()
    return client.request(method, path.replace("{", "").replace("}", ""), headers=headers)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_needs_a_key(keyless: httpx.Client, operation: str) -> None:
    """The response is 401 and names the scheme, before anything else is checked."""
    answer = ask(keyless, operation)

    assert (answer.status_code, error_of(answer)["code"]) == (401, "missing_api_key")
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_refused_key_opens_nothing(keyless: httpx.Client, operation: str) -> None:
    """Without a list of keys one that contains `invalid` is refused, to test clients."""
    answer = ask(keyless, operation, Authorization="Bearer an-Invalid-key")

    assert (answer.status_code, error_of(answer)["code"]) == (401, "invalid_api_key")


@pytest.mark.parametrize(
    "header", ["Bearer k", "bearer k", "BEARER k", "Bearer   k", "Bearer k\t "]
)
def test_the_scheme_is_read_in_any_case(header: str) -> None:
    """Case and further blanks do not matter (RFC 9110)."""
    assert read_key(header) == "k"


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Basic k", "k", "Bearerk", "Bearer Bearer k", "Bearer a, Bearer b"],
)
def test_anything_else_is_malformed(header: str) -> None:
    """Another scheme, no key and two keys are malformed."""
    with pytest.raises(ApiError) as refused:
        read_key(header)

    assert code_of(refused) == "invalid_authorization"


def test_two_authorization_headers_are_no_key(keyless: httpx.Client) -> None:
    """Which of several counts would depend on the server, so none does (RFC 9110, 5.3)."""
    headers = [("authorization", "Bearer a"), ("authorization", "Bearer b")]
    answer = keyless.get("/v1/models", headers=headers)

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "invalid_authorization"


@pytest.mark.parametrize("key", ["My API Key", "a b", "a  b", "ein Bearer", "a,b", "bearer"])
def test_a_key_may_hold_blanks(key: str) -> None:
    """The suites of OpenAI's own clients use a key of three words."""
    assert read_key(f"Bearer {key}") == key


@pytest.mark.parametrize("key", ["a\tb", "a\x00b", "a\x7f", "caf\xe9", "\xa0k"])
def test_a_key_is_printable_ascii(key: str) -> None:
    """Clients encode other characters differently, so they are refused with that reason."""
    with pytest.raises(ApiError, match="printable ASCII") as refused:
        read_key(f"Bearer {key}")

    assert code_of(refused) == "invalid_authorization"


@pytest.mark.parametrize("header", [None, ""])
def test_no_header_is_a_missing_key(header: str | None) -> None:
    """Without a header, or with an empty one, there is no key."""
    with pytest.raises(ApiError) as refused:
        read_key(header)

    assert code_of(refused) == "missing_api_key"


@given(st.text(max_size=20))
def test_no_header_breaks_the_reader(header: str) -> None:
    """Every header has one key without blanks at its ends, or is 401."""
    try:
        key = read_key(header)
    except ApiError:
        return

    assert key
    assert key == key.strip()


@given(KEYS, KEYS)
def test_a_tenant_is_a_key_and_hides_it(one: str, other: str) -> None:
    """Each key has a tenant of its own, whose name does not reveal the key."""
    ring = KeyRing(None)

    assert (ring.tenant(one) == ring.tenant(other)) == (one == other)
    assert len(one) < 6 or one not in ring.tenant(one)


@given(st.sets(KEYS, min_size=1, max_size=4), KEYS)
def test_a_list_admits_its_keys_alone(listed: set[str], offered: str) -> None:
    """With a list of keys only these are accepted, as a whole."""
    ring = KeyRing(frozenset(listed))
    if offered in listed:
        assert ring.tenant(offered) == KeyRing(None).tenant(offered)
        return
    with pytest.raises(ApiError) as refused:
        ring.tenant(offered)

    assert code_of(refused) == "invalid_api_key"


def test_a_listed_key_may_contain_invalid() -> None:
    """`invalid` in a key has no meaning if keys are listed."""
    assert KeyRing(frozenset({"invalid"})).tenant("invalid")


def test_a_key_list_is_served(keyless: httpx.Client) -> None:
    """A server with a list accepts its keys and refuses others without repeating them."""
    with fake_gateway(Settings(keys=frozenset({"good-key"}), validate_responses=True)) as fake:
        taken = fake.client("good-key").get("/v1/videos")
        refused = fake.client("guessed-key").get("/v1/videos")

    assert (taken.status_code, refused.status_code) == (200, 401)
    assert "guessed-key" not in refused.text
    assert "good-key" not in refused.text


def test_a_key_with_blanks_is_served_whole(fake: Fake) -> None:
    """Everything after the scheme is the key, and the tenant is that of the whole key."""
    with fake.client("My API Key") as one, fake.client("My API") as other:
        made = create(one)["id"]

        assert one.get(f"/v1/videos/{made}").status_code == 200
        assert other.get(f"/v1/videos/{made}").status_code == 404


def test_each_key_is_a_tenant_of_its_own(fake: Fake) -> None:
    """Two keys see only their own jobs."""
    lists: list[list[Any]] = []
    with fake.client("mine") as one, fake.client("yours") as two:
        made = [create(client)["id"] for client in (one, two, one)]
        for client in (one, two):
            page = client.get("/v1/videos").json()["data"]
            lists.append([job["id"] for job in page])

    assert lists == [[made[2], made[0]], [made[1]]]


def test_the_key_of_an_address_is_no_key(client: httpx.Client, fake: Fake) -> None:
    """The name of a tenant in a response is not accepted as a key."""
    job_id = create(client)["id"]
    fake.clock.advance(600)
    tenant = client.get(f"/v1/videos/{job_id}").json()["video_url"].split("/")[4]

    assert fake.client(tenant).get(f"/v1/videos/{job_id}").status_code == 404
