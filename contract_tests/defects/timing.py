"""Answers that come late or never end. Seconds pass in real time unless a test lets them."""

import asyncio
from collections.abc import Awaitable, Callable

from contract_tests.defects.defect import Defect
from contract_tests.defects.wrapping import Answer, Asked, Mutation, Serve

SLOW_S = 2.2

Sleep = Callable[[float], Awaitable[object]]


def slow_retrieve(sleep: Sleep = asyncio.sleep) -> Mutation:
    """A status that takes its time; ``sleep`` is how it passes."""

    async def mutation(asked: Asked, serve: Serve) -> Answer:
        if asked.operation == "retrieveVideo":
            await sleep(SLOW_S)
        return await serve(asked)

    return mutation


def _endless() -> Mutation:
    async def mutation(asked: Asked, serve: Serve) -> Answer:
        answer = await serve(asked)
        answer.endless = asked.operation == "queryUnifiedVideo"
        return answer

    return mutation


DEFECTS = (
    Defect("T01", "a job's status takes more than two seconds", ("retrieveVideo",), ("latency",),
           slow_retrieve, only=("latency", "unknown_job")),
    Defect("T02", "the answer to a query never ends", ("queryUnifiedVideo",), ("replies_end",),
           _endless, only=("replies_end", "unknown_job"), timeout_s=0.5),
)  # fmt: skip
