"""Responses that come late, never end, or violate the syntax of HTTP."""

import asyncio
from collections.abc import Awaitable, Callable

from contract_tests.defects.defect import Defect, changing
from contract_tests.defects.wrapping import Mutation, Serve, ServerRequest, ServerResponse

_SLOW_S = 2.2

Sleep = Callable[[float], Awaitable[object]]


def slow_retrieve(sleep: Sleep = asyncio.sleep) -> Mutation:
    """Retrieves take ``_SLOW_S`` seconds; ``sleep`` lets them pass."""

    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        if request.operation == "retrieveVideo":
            await sleep(_SLOW_S)
        return await serve(request)

    return mutation


def _endless() -> Mutation:
    async def mutation(request: ServerRequest, serve: Serve) -> ServerResponse:
        response = await serve(request)
        response.endless = request.operation == "queryUnifiedVideo"
        return response

    return mutation


def _control_character(_request: ServerRequest, response: ServerResponse) -> None:
    response.headers["x-trace"] = "node\x01seven"


def _false_coding(_request: ServerRequest, response: ServerResponse) -> None:
    response.headers["content-encoding"] = "gzip"


DEFECTS = (
    Defect("T01", "a job's status takes more than two seconds", ("retrieveVideo",), ("latency",),
           slow_retrieve, only=("latency", "unknown_job")),
    Defect("T02", "the answer to a query never ends", ("queryUnifiedVideo",), ("replies_end",),
           _endless, only=("replies_end", "unknown_job"), timeout_s=0.5),
    Defect("W01", "a header holds a control character", (), ("reply_syntax",),
           changing((), _control_character)),
    Defect("W02", "a body that is not compressed is called gzip", ("listModels",),
           ("reply_syntax",), changing(("listModels",), _false_coding)),
)  # fmt: skip
