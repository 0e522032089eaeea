"""Answers are held to the contract: a broken one becomes a 500 that says how."""

import asyncio
from typing import Any

import httpx
import pytest
from starlette.responses import Response

import openapi
from mock_server.http.exchange import Handler, Inbound, Reply
from mock_server.http.validation.responses import ResponseRules
from openapi.contract.contract import Contract
from openapi.contract.document import load_contract
from tests.mock_server.parts import answering, application
from tests.mock_server.samples import error_of

RULES = ResponseRules(Contract(load_contract(openapi.CONTRACT)))
ROW = {"id": "m", "object": "model", "created": 0, "owned_by": "sora"}
VIDEO = {
    "id": "video_1",
    "object": "video",
    "model": "sora-2",
    "status": "queued",
    "progress": 0,
    "created_at": 1762336916,
    "seconds": "4",
    "size": "720x1280",
}
GOOD = {"content-type": "application/json", "x-request-id": "req_1"}


class Puppet:
    """Two servers, one that checks its answers and one that does not, with one handler to set."""

    def __init__(self) -> None:
        handlers = {"listModels": self.handle}
        self._served = {
            checks: application(handlers, validate_responses=checks) for checks in (True, False)
        }
        self._handler: Handler = answering({})

    async def handle(self, request: Inbound) -> Reply:
        """Answer as the handler set does."""
        return await self._handler(request)

    def ask(
        self, handler: Handler, *, validate: bool = True, method: str = "GET"
    ) -> httpx.Response:
        """The answer to a request that ``handler`` handles."""
        self._handler = handler
        return asyncio.run(self._ask(httpx.ASGITransport(self._served[validate]), method))

    async def _ask(self, transport: httpx.ASGITransport, method: str) -> httpx.Response:
        headers = {"Authorization": "Bearer key"}
        async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
            return await client.request(method, "/v1/models", headers=headers)


@pytest.fixture(scope="module")
def puppet() -> Puppet:
    """The servers, made once."""
    return Puppet()


def raw(body: bytes, kind: str = "application/json", status: int = 200) -> Handler:
    """A handler that sends bytes."""

    async def handle(_request: Inbound) -> Response:
        return Response(body, status, media_type=kind)

    return handle


BROKEN = (
    (answering({"object": "list"}), '"data" is a required property'),
    (answering({"object": "list", "data": [{**ROW, "created": "0"}]}), "/data/0/created"),
    (answering({"object": "list", "data": []}, status=201), "status 201 is not documented"),
    (answering({"error": "flat"}, status=400), "/error"),
    (answering([]), "is not of type"),
    (raw(b"<html>", "text/html"), "content type 'text/html' is not documented"),
    (raw(b"<html>"), "the body is not JSON"),
    (raw(b""), "the body is not JSON"),
    (
        answering({"error": {"message": "a", "type": "b", "param": None, "code": "c"}}, status=401),
        "the header www-authenticate is missing",
    ),
)


@pytest.mark.parametrize(("handler", "problem"), BROKEN, ids=[row[1] for row in BROKEN])
def test_a_broken_answer_is_a_500_that_says_how(
    puppet: Puppet, handler: Handler, problem: str
) -> None:
    """What the handler sent never reaches the caller."""
    answer = puppet.ask(handler)
    error = error_of(answer)

    assert (answer.status_code, error["code"]) == (500, "invalid_response")
    assert problem in error["message"]
    assert answer.headers["x-request-id"]


def test_without_validation_it_passes(puppet: Puppet) -> None:
    """The check costs time, so it is asked for."""
    answer = puppet.ask(answering({"object": "list"}), validate=False)

    assert (answer.status_code, answer.json()) == (200, {"object": "list"})


def test_a_good_answer_passes_unchanged(puppet: Puppet) -> None:
    """Status, headers and bytes are the handler's."""
    content = {"object": "list", "data": [ROW]}
    answer = puppet.ask(answering(content, headers={"X-More": "1"}))

    assert (answer.status_code, answer.json(), answer.headers["x-more"]) == (200, content, "1")


def test_the_answer_to_head_has_no_body_to_judge(puppet: Puppet) -> None:
    """An empty body is right where the method leaves it out."""
    assert puppet.ask(raw(b""), method="HEAD").status_code == 200


@pytest.mark.parametrize("validate", [True, False])
def test_a_handler_that_fails_is_a_500_without_its_trace(
    puppet: Puppet, validate: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """The trace goes to the log, the caller gets the envelope."""

    async def fail(_request: Inbound) -> Response:
        raise LookupError("a secret of the server")

    answer = puppet.ask(fail, validate=validate)

    assert (answer.status_code, error_of(answer)["code"]) == (500, "internal_error")
    assert "secret" not in answer.text
    assert "a secret of the server" in caplog.text


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("openai-poll-after-ms", "soon", "the header openai-poll-after-ms"),
        ("openai-poll-after-ms", "0", "the header openai-poll-after-ms"),
        ("x-request-id", "", "the header x-request-id"),
        ("openai-poll-after-ms", "1000", None),
    ],
)
def test_headers_are_held_to_their_schemas(name: str, value: str, problem: str | None) -> None:
    """A header that is there has to be what the contract says, not only there."""
    found = list(RULES.problems("retrieveVideo", 200, {**GOOD, name: value}, _body(VIDEO)))

    assert [sentence.partition(": ")[0] for sentence in found] == ([problem] if problem else [])


@pytest.mark.parametrize("status", [200, 206])
@pytest.mark.parametrize("kind", ["video/mp4", "image/webp", "image/jpeg"])
def test_binary_content_is_held_to_its_media_type(status: int, kind: str) -> None:
    """Bytes need no schema, but one of the documented types."""
    headers = {**GOOD, "content-type": kind}

    assert list(RULES.problems("downloadVideoContent", status, headers, b"bytes")) == []
    assert list(RULES.problems("downloadVideoContent", status, GOOD, b"{}")) != []


def test_304_needs_no_type() -> None:
    """An answer without a body has nothing to declare."""
    assert list(RULES.problems("downloadVideoContent", 304, {"x-request-id": "a"}, b"")) == []


@pytest.mark.parametrize("change", [{"status": "pending"}, {"progress": 101}, {"seconds": 4}])
def test_a_value_outside_its_schema_is_found(change: dict[str, Any]) -> None:
    """Words, bounds and types of fields are all checked."""
    (found,) = RULES.problems("retrieveVideo", 200, GOOD, _body({**VIDEO, **change}))

    assert found.startswith(f"/{next(iter(change))}: ")


def _body(content: dict[str, Any]) -> bytes:
    return httpx.Response(200, json=content).content
