"""A server starts only when contract and handlers match, and closes what it opened."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.types import Message

import openapi
from mock_server.http.connexion.application import StartError
from openapi.contract.document import load_contract
from tests.mock_server.parts import answering, application


def contract_without(path: str) -> dict[str, Any]:
    """The contract with one path left out."""
    contract = load_contract(openapi.CONTRACT)
    del contract["paths"][path]
    return contract


def test_a_handler_without_an_operation_is_refused() -> None:
    """The server does not start, and names the handler."""
    with pytest.raises(StartError, match="listNobody"):
        application({"listNobody": answering({})})


def test_an_operation_without_a_handler_is_refused() -> None:
    """The server does not start, and names the operation."""
    contract = load_contract(openapi.CONTRACT)
    contract["paths"]["/v1/models"]["get"]["operationId"] = "listNobody"
    with pytest.raises(StartError, match=r"without a handler.*listNobody"):
        application({}, contract=contract, partial=True)


def test_this_projects_contract_must_be_served_whole() -> None:
    """If it lacks an operation, the server does not start."""
    with pytest.raises(StartError, match="listModels"):
        application({}, contract=contract_without("/v1/models"))


def test_another_contract_may_leave_operations_out() -> None:
    """A sister gateway has fewer; what it leaves out is 404."""
    served = application({}, contract=contract_without("/v1/models"), partial=True)

    async def run() -> list[int]:
        headers = {"Authorization": "Bearer key"}
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(served), base_url="http://t", headers=headers
        ) as client:
            return [(await client.get(path)).status_code for path in ("/v1/models", "/v1/videos")]

    assert asyncio.run(run()) == [404, 200]


def test_a_document_that_connexion_refuses_is_explained() -> None:
    """An invalid OpenAPI document is reported at the start."""
    contract = load_contract(openapi.CONTRACT)
    contract["paths"]["/v1/models"]["get"]["responses"] = {}
    with pytest.raises(StartError, match="not a valid OpenAPI document"):
        application({}, contract=contract)


def test_what_was_opened_is_closed() -> None:
    """The lifespan of the parts begins with the server's and ends with it."""
    events: list[str] = []

    @asynccontextmanager
    async def noted(_application: Any) -> AsyncIterator[None]:
        events.append("opened")
        yield
        events.append("closed")

    asyncio.run(_live(application({}, lifespan=noted), events))

    assert events == [
        "opened",
        "lifespan.startup.complete",
        "closed",
        "lifespan.shutdown.complete",
    ]


async def _live(served: Any, events: list[str]) -> None:
    """Start a server and stop it, as uvicorn does."""
    received = iter(({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}))

    async def receive() -> Message:
        return next(received)

    async def send(message: Message) -> None:
        events.append(message["type"])

    await served({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send)
