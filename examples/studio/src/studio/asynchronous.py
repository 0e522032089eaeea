"""The same studio over the asynchronous client; the reasons stand in ``blocking``."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

import openai
from openai import AsyncOpenAI
from openai.types import Video

from studio.content import PIECE, Download
from studio.errors import FilmError, GoneError, UnavailableError, UnclearError
from studio.judging import PROBLEMS, Verdict, judge
from studio.order import Order, is_complete, job_of, jobs_of, lost_job
from studio.patience import ORDINARY, Deadline, Patience, poll_pause

T = TypeVar("T")


class AsyncStudio:
    """Films from a gateway; any number may be under way at once."""

    def __init__(
        self,
        client: AsyncOpenAI,
        models: Sequence[str],
        *,
        patience: Patience = ORDINARY,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        piece: int = PIECE,
    ) -> None:
        """Use the client as it is, but for its retries and its timeout."""
        self._videos = client.with_options(max_retries=0, timeout=patience.call_s).videos
        self._models = models
        self._patience = patience
        self._monotonic = monotonic
        self._sleep = sleep
        self._piece = piece
        self._ordering = asyncio.Lock()

    async def film(self, order: Order, target: Path) -> Video:
        """As ``Studio.film``."""
        deadline = Deadline(self._monotonic, self._patience)
        ordered = await self._order(order, deadline)
        return await self._finish(ordered.id, target, deadline)

    async def finish(self, job: str, target: Path) -> Video:
        """As ``Studio.finish``."""
        return await self._finish(job, target, Deadline(self._monotonic, self._patience))

    async def _finish(self, job: str, target: Path, deadline: Deadline) -> Video:
        try:
            video = await self._wait(job, deadline)
            await self._download(job, target, deadline)
        except FilmError as error:
            error.job = job
            raise
        return video

    async def _order(self, order: Order, deadline: Deadline) -> Video:
        met: list[str] = []
        for model in self._models:
            try:
                async with self._ordering:
                    return await self._order_with(model, order, deadline)
            except UnavailableError as error:
                met.append(f"{model}: {error}")
        raise UnavailableError("; ".join(met))

    async def _order_with(self, model: str, order: Order, deadline: Deadline) -> Video:
        newest = await self._newest(deadline)
        attempts = deadline.attempts()
        while True:
            try:
                return job_of(
                    await self._videos.create(
                        model=model, prompt=order.prompt, seconds=order.seconds, size=order.size
                    )
                )
            except PROBLEMS as problem:
                met = problem
            if judge(met) is Verdict.UNCERTAIN:
                found = await self._lost(newest, order, deadline)
                if found:
                    return found
            await self._sleep(attempts.pause_after(met))

    async def _newest(self, deadline: Deadline) -> str | None:
        try:
            jobs = await self._listed(1, deadline)
        except FilmError as error:
            if isinstance(error.__cause__, openai.NotFoundError):
                return None
            raise
        return jobs[0].id if jobs else None

    async def _lost(self, newest: str | None, order: Order, deadline: Deadline) -> Video | None:
        try:
            await self._sleep(deadline.granted(self._patience.first_s))
            return lost_job(await self._listed(100, deadline), newest, order)
        except FilmError as error:
            raise UnclearError(f"a job may have been made, and cannot be found: {error}") from error

    async def _listed(self, most: int, deadline: Deadline) -> list[Video]:
        async def ask() -> list[Video]:
            return jobs_of(await self._videos.list(limit=most, order="desc"))

        return await self._read(ask, deadline)

    async def _wait(self, job: str, deadline: Deadline) -> Video:
        while True:
            video, pause = await self._read(lambda: self._look(job), deadline)
            if is_complete(video):
                return video
            await self._sleep(deadline.granted(pause))

    async def _look(self, job: str) -> tuple[Video, float]:
        answer = await self._videos.with_raw_response.retrieve(job)
        return job_of(answer.parse()), poll_pause(answer.headers)

    async def _download(self, job: str, target: Path, deadline: Deadline) -> None:
        with Download(target, self._piece) as download:
            while not download.whole:
                await self._read(lambda: self._fetch(job, download), deadline)

    async def _fetch(self, job: str, download: Download) -> None:
        try:
            asked = self._videos.download_content(job, extra_headers=download.headers)
            answer = (await asked).response
        except openai.NotFoundError as error:
            raise GoneError(str(error)) from error
        download.add(answer.status_code, answer.headers, answer.content)

    async def _read(self, ask: Callable[[], Awaitable[T]], deadline: Deadline) -> T:
        attempts = deadline.attempts()
        while True:
            try:
                return await ask()
            except PROBLEMS as problem:
                pause = attempts.pause_after(problem)
            await self._sleep(pause)
