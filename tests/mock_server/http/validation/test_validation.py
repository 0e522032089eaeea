"""Queries are read strictly; and where the caller stands is where answers point to."""

import socket
from typing import Any

import httpx
import jsonschema_rs
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.http.errors import ApiError
from mock_server.http.validation.queries import read_query
from mock_server.settings import Settings
from openapi.contract.requests import QueryParameter
from tests.mock_server.wire import PATIENCE_S, loopback, read_answer

CUT = {"url": "https://host/clip.mp4", "timestamps": "1,3"}


def rule(
    name: str, *, default: Any = None, required: bool = False, **schema: Any
) -> QueryParameter:
    """What a parameter takes."""
    if default is not None:
        schema["default"] = default
    return QueryParameter(
        name,
        required,
        schema,
        "a page",
        jsonschema_rs.Draft202012Validator(schema),
    )


RULES = (
    rule("limit", type="integer", minimum=0, maximum=100, default=20),
    rule("order", enum=["asc", "desc"]),
    rule("id", required=True, minLength=1),
)


@given(st.integers(0, 100), st.sampled_from(["asc", "desc"]), st.text(min_size=1))
def test_what_was_asked_is_what_is_read(limit: int, order: str, job_id: str) -> None:
    """Numbers become numbers, and text of any script stays itself."""
    asked = httpx.QueryParams({"limit": str(limit), "order": order, "id": job_id, "more": "x"})
    found = read_query(str(asked).encode(), RULES)

    assert found == {"limit": limit, "order": order, "id": job_id}


def test_what_was_not_asked_is_the_default() -> None:
    """A parameter that is left out has its default, or nothing."""
    assert read_query(b"id=x", RULES) == {"limit": 20, "order": None, "id": "x"}


@pytest.mark.parametrize(
    ("query", "code", "param"),
    [
        (b"", "missing_required_parameter", "id"),
        (b"id=", "invalid_value", "id"),
        (b"id=a&id=a", "duplicate_parameter", "id"),
        (b"id=a&limit=x", "invalid_type", "limit"),
        (b"id=a&limit=101", "invalid_value", "limit"),
        (b"id=a&limit=%D9%A1", "invalid_type", "limit"),
        (b"id=a&order=up", "invalid_value", "order"),
    ],
)
def test_a_wrong_query_names_its_parameter(query: bytes, code: str, param: str) -> None:
    """The error says which one, what is wrong with it, and where that is written."""
    with pytest.raises(ApiError) as refused:
        read_query(query, RULES)

    assert (refused.value.error_kind.code, refused.value.param) == (code, param)
    assert "a page" in refused.value.message or code == "duplicate_parameter"


@given(st.binary(max_size=60))
def test_no_query_breaks_the_reader(raw: bytes) -> None:
    """Whatever comes is read or refused."""
    try:
        found = read_query(raw, RULES)
    except ApiError:
        return

    assert set(found) == {"limit", "order", "id"}


def test_an_operation_without_parameters_reads_no_query() -> None:
    """What nobody declared is not looked at."""
    assert read_query(b"a=1&a=2", ()) == {}


@pytest.mark.parametrize("host", ["gateway.test:8443", "[::1]:80", "localhost"])
def test_answers_point_to_where_the_caller_asked(client: httpx.Client, host: str) -> None:
    """Behind a port mapping or a name, addresses still lead here."""
    answer = client.post("/sora/v1/characters", json=CUT, headers={"Host": host})

    assert answer.json()["permalink"].startswith(f"http://{host}/media/")


def test_a_caller_that_names_no_host_is_pointed_to_the_socket() -> None:
    """HTTP/1.0 needs no Host header, and its answers still lead somewhere."""
    body = orjson.dumps(CUT)
    lines = ["POST /sora/v1/characters HTTP/1.0", "Authorization: Bearer key"]
    lines += ["Content-Type: application/json", f"Content-Length: {len(body)}", "", ""]
    with loopback(Settings()) as place, socket.create_connection(place, PATIENCE_S) as connection:
        connection.sendall("\r\n".join(lines).encode() + body)
        answer = read_answer(connection)

    assert answer.status == 200
    assert answer.json()["permalink"].startswith("http://{}:{}/media/".format(*place))
