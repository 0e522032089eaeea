"""Bad input over real HTTP: each is a documented error in the API's own envelope, and no job.

The requests go out as bytes, because a client library would correct most of them.
"""

import socket
from collections.abc import Iterator

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import openapi
from mock_server.http.limits import BodyLimits
from mock_server.http.validation.responses import ResponseRules
from mock_server.settings import Settings
from openapi.contract.contract import Contract
from openapi.contract.document import load_contract
from tests.mock_server.cli.bad_input.addresses import ADDRESSES
from tests.mock_server.cli.bad_input.case import Case
from tests.mock_server.cli.bad_input.fields import FIELDS
from tests.mock_server.cli.bad_input.forms import FORMS
from tests.mock_server.cli.bad_input.jsons import JSONS
from tests.mock_server.cli.bad_input.media_types import MEDIA_TYPES
from tests.mock_server.samples import PNG, SORA, UNIFIED
from tests.mock_server.wire import (
    FORM,
    JSON,
    PATIENCE_S,
    Address,
    Answer,
    chunked,
    form_of,
    head,
    loopback,
    part,
    read_answer,
    send,
)
from tests.properties import examples

CASES = (*MEDIA_TYPES, *FORMS, *JSONS, *FIELDS, *ADDRESSES)
MAX_BODY = 200_000
RULES = ResponseRules(Contract(load_contract(openapi.CONTRACT)))
GOOD_FORM = form_of(part("model", b"sora-2"), part("prompt", b"A cat"))


@pytest.fixture(scope="module")
def address() -> Iterator[Address]:
    """A server that takes bodies of up to 200,000 bytes and checks its answers."""
    with loopback(Settings(body=BodyLimits(size=MAX_BODY), validate_responses=True)) as address:
        yield address


def jobs_of(address: Address, authorization: str) -> list[str]:
    """The ids of all jobs of a key."""
    request = head("GET", "/v1/videos", {"Authorization": authorization})
    return [job["id"] for job in send(address, request, "GET").json()["data"]]


def assert_refused(answer: Answer, status: int, code: str) -> None:
    """The answer is that error, in the envelope that all errors have."""
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-request-id"].startswith("req_")
    error = answer.json()["error"]

    assert (answer.status, error["code"]) == (status, code), error
    assert set(error) == {"message", "message_zh", "type", "param", "code"}
    assert len(error["message"]) < 1000


@pytest.mark.parametrize("case", CASES, ids=str)
def test_bad_input_is_a_documented_error_and_makes_nothing(address: Address, case: Case) -> None:
    """The status is one that the contract documents there, and the list stays empty."""
    key = f"Bearer case-{CASES.index(case)}"
    answer = send(address, case.request(key), case.method)

    assert_refused(answer, case.status, case.code)
    assert answer.json()["error"]["param"] == case.param
    if case.operation:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        assert list(RULES.problems(case.operation, answer.status, headers, answer.body)) == []
    assert jobs_of(address, key) == []


@pytest.mark.parametrize(
    "target", ["/nowhere", "/v1/videos/x", "/docs/none.js", "/media/a/b/c.mp4"]
)
def test_a_browser_gets_the_same_errors(address: Address, target: str) -> None:
    """The error is JSON even if the client asks for HTML."""
    asked = {"Authorization": "Bearer browser", "Accept": "text/html"}
    answer = send(address, head("GET", target, asked), "GET")

    assert (answer.status, answer.headers["content-type"]) == (404, "application/json")


def test_there_are_many_kinds_of_bad_input() -> None:
    """No case is there twice, and none was lost."""
    assert len({case.name for case in CASES}) == len(CASES) >= 60


ODD_BUT_GOOD = {
    "chunked form": ({"Content-Type": FORM, "Transfer-Encoding": "chunked"}, chunked(GOOD_FORM)),
    "chunked json": (
        {"Content-Type": JSON, "Transfer-Encoding": "chunked"},
        chunked(orjson.dumps(SORA)),
    ),
    "upper-case form": ({"Content-Type": FORM.replace("multipart/form", "MULTIPART/Form")}, None),
    "quoted boundary": ({"Content-Type": FORM.replace("edge", '"edge"')}, None),
    "unknown fields": (
        {"Content-Type": FORM},
        form_of(GOOD_FORM[: -len(form_of())], part("new", b"1"), part("new", b"2")),
    ),
    "unknown file": (
        {"Content-Type": FORM},
        form_of(GOOD_FORM[: -len(form_of())], part("new", PNG, '; filename="a.png"')),
    ),
    "upper-case json": ({"Content-Type": "Application/JSON"}, orjson.dumps(SORA)),
    "json with charset": ({"Content-Type": "application/json; charset=UTF-8"}, orjson.dumps(SORA)),
    "longest prompt": ({"Content-Type": JSON}, orjson.dumps({**SORA, "prompt": "ü" * 32_000})),
    "padded json": ({"Content-Type": JSON}, b" \r\n" + orjson.dumps(SORA) + b"\n\t"),
    "escaped nul": ({"Content-Type": JSON}, orjson.dumps({**SORA, "prompt": "a\0b"})),
    "epilogue": ({"Content-Type": FORM}, GOOD_FORM + b"what follows a form does not count"),
}


@pytest.mark.parametrize("name", ODD_BUT_GOOD)
def test_odd_input_that_is_good_makes_one_job(address: Address, name: str) -> None:
    """What HTTP, MIME and JSON allow is accepted, however unusual."""
    headers, body = ODD_BUT_GOOD[name]
    body = GOOD_FORM if body is None else body
    key = f"Bearer {name.replace(' ', '-')}"
    length = {} if "Transfer-Encoding" in headers else {"Content-Length": str(len(body))}
    sent = {**headers, **length, "Authorization": key}
    answer = send(address, head("POST", "/v1/videos", sent) + body)

    assert answer.status == 200, answer.body
    assert jobs_of(address, key) == [answer.json()["id"]]


def test_a_large_body_is_refused_before_it_is_sent(address: Address) -> None:
    """413 comes after the headers alone when they declare too much."""
    headers = {"Authorization": "Bearer large", "Content-Type": JSON}
    with socket.create_connection(address, PATIENCE_S) as connection:
        length = {"Content-Length": str(MAX_BODY + 1)}
        connection.sendall(head("POST", "/v1/videos", {**headers, **length}))

        assert_refused(read_answer(connection), 413, "request_too_large")
    assert jobs_of(address, "Bearer large") == []


def test_a_large_chunked_body_is_refused_before_its_end(address: Address) -> None:
    """413 comes as soon as the chunks are too many, though the last is never sent."""
    headers = {"Authorization": "Bearer chunks", "Content-Type": FORM}
    unfinished = chunked(b"x" * (MAX_BODY + 1), size=50_000).removesuffix(b"0\r\n\r\n")
    with socket.create_connection(address, PATIENCE_S) as connection:
        start = head("POST", "/v1/videos", {**headers, "Transfer-Encoding": "chunked"})
        connection.sendall(start + unfinished)

        assert_refused(read_answer(connection), 413, "request_too_large")
    assert jobs_of(address, "Bearer chunks") == []


def test_a_body_of_exactly_the_limit_is_read(address: Address) -> None:
    """The limit is the largest body that is taken."""
    body = orjson.dumps(SORA)
    body += b" " * (MAX_BODY - len(body))
    headers = {"Authorization": "Bearer full", "Content-Type": JSON}
    sent = head("POST", "/v1/videos", {**headers, "Content-Length": str(MAX_BODY)}) + body

    assert send(address, sent).status == 200


def test_who_has_no_key_is_refused_before_the_body(address: Address) -> None:
    """401 comes before the body is sent, and before its size is judged."""
    with socket.create_connection(address, PATIENCE_S) as connection:
        length = {"Content-Length": str(10 * MAX_BODY), "Content-Type": JSON}
        connection.sendall(head("POST", "/v1/videos", length))

        assert_refused(read_answer(connection), 401, "missing_api_key")


@pytest.mark.parametrize("body", [orjson.dumps(UNIFIED)[:-1], b""])
def test_a_body_cut_short_makes_nothing(address: Address, body: bytes) -> None:
    """A caller who declares more than it sends and leaves has asked for nothing."""
    key = {"Authorization": f"Bearer short-{len(body)}"}
    declared = {**key, "Content-Type": JSON, "Content-Length": str(len(body) + 1)}
    with socket.create_connection(address, PATIENCE_S) as connection:
        connection.sendall(head("POST", "/v1/video/create", declared) + body)

    assert jobs_of(address, key["Authorization"]) == []


def test_a_body_ends_where_it_was_declared_to(address: Address) -> None:
    """What follows the declared length is no part of the request, nor another one."""
    body, key = orjson.dumps(SORA), "Bearer beyond"
    declared = {"Content-Type": JSON, "Content-Length": str(len(body)), "Authorization": key}
    with socket.create_connection(address, PATIENCE_S) as connection:
        connection.sendall(head("POST", "/v1/videos", declared) + body)
        made = read_answer(connection)
        connection.sendall(b"and more\r\n\r\n")
        statuses = [made.status, read_answer(connection).status]

    assert statuses == [200, 400]
    assert jobs_of(address, key) == [made.json()["id"]]


NO_HTTP = {
    "no number": {"Content-Length": "many"},
    "two lengths": {"Content-Length": "5, 6"},
    "length and chunks": {"Content-Length": "5", "Transfer-Encoding": "chunked"},
    "no chunks": {"Transfer-Encoding": "chunked"},
}


@pytest.mark.parametrize("name", NO_HTTP)
def test_what_is_no_http_is_refused_like_everything_else(address: Address, name: str) -> None:
    """What the HTTP parser refuses is reported in the API's envelope too, and creates nothing."""
    key = {"Authorization": f"Bearer {name.replace(' ', '-')}", "Content-Type": JSON}
    answer = send(address, head("POST", "/v1/videos", {**key, **NO_HTTP[name]}) + b"{}{}\r\n")

    assert_refused(answer, 400, "malformed_http")
    assert jobs_of(address, key["Authorization"]) == []


def test_a_connection_outlives_an_error(address: Address) -> None:
    """After a refusal the same connection serves the next request."""
    headers = {"Authorization": "Bearer kept", "Content-Type": JSON}
    bad, good = b"{", orjson.dumps(SORA)
    with socket.create_connection(address, PATIENCE_S) as connection:
        statuses = []
        for body in (bad, good):
            length = {"Content-Length": str(len(body))}
            connection.sendall(head("POST", "/v1/videos", {**headers, **length}) + body)
            statuses.append(read_answer(connection).status)

    assert statuses == [400, 200]


@settings(max_examples=examples(50))
@given(st.binary(max_size=300), st.sampled_from([JSON, FORM, "text/plain", "*/*", "\xff;="]))
def test_no_bytes_make_the_server_fail(address: Address, body: bytes, kind: str) -> None:
    """Random bodies of any declared type are the caller's error, and make nothing."""
    headers = {"Authorization": "Bearer noise", "Content-Type": kind}
    sent = head("POST", "/v1/videos", {**headers, "Content-Length": str(len(body))}) + body
    answer = send(address, sent)

    assert answer.status in (400, 415)
    assert set(answer.json()) == {"error"}
    assert jobs_of(address, "Bearer noise") == []
