"""A studio over the blocking client."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import TypeVar

import openai
from openai import OpenAI
from openai.types import Video

from studio.content import PIECE, Download
from studio.errors import FilmError, GoneError, UnavailableError, UnclearError
from studio.judging import PROBLEMS, Verdict, judge
from studio.order import Order, is_complete, job_of, jobs_of, lost_job
from studio.patience import ORDINARY, Clock, Deadline, Patience, poll_pause

T = TypeVar("T")


class Studio:
    """Films from a gateway; ``models`` are tried in order. May be shared by threads.

    All repeating is done here: the SDK would send a paid order again when its answer is lost, knows
    no overall deadline, and waits by a clock that no test can move.
    """

    def __init__(
        self,
        client: OpenAI,
        models: Sequence[str],
        *,
        patience: Patience = ORDINARY,
        clock: Clock = time,
        piece: int = PIECE,
    ) -> None:
        """Use the client as it is, but for its retries and its timeout."""
        self._videos = client.with_options(max_retries=0, timeout=patience.call_s).videos
        self._models = models
        self._patience = patience
        self._clock = clock
        self._piece = piece
        self._ordering = Lock()

    def film(self, order: Order, target: Path) -> Video:
        """Order a film, wait for it and keep it in a file; nothing is there unless it is whole.

        Raises:
            FilmError: there is none; its class says why.
        """
        deadline = Deadline(self._clock.monotonic, self._patience)
        return self._finish(self._order(order, deadline).id, target, deadline)

    def finish(self, job: str, target: Path) -> Video:
        """Wait for a job that was ordered before, and keep its film.

        Raises:
            FilmError: there is none.
        """
        return self._finish(job, target, Deadline(self._clock.monotonic, self._patience))

    def _finish(self, job: str, target: Path, deadline: Deadline) -> Video:
        try:
            video = self._wait(job, deadline)
            # At once, since content expires.
            self._download(job, target, deadline)
        except FilmError as error:
            error.job = job
            raise
        return video

    def _order(self, order: Order, deadline: Deadline) -> Video:
        met: list[str] = []
        for model in self._models:
            try:
                # One at a time, or nobody could say whose a lost job is.
                with self._ordering:
                    return self._order_with(model, order, deadline)
            except UnavailableError as error:
                met.append(f"{model}: {error}")
        raise UnavailableError("; ".join(met))

    def _order_with(self, model: str, order: Order, deadline: Deadline) -> Video:
        newest = self._newest(deadline)
        attempts = deadline.attempts()
        while True:
            try:
                return job_of(
                    self._videos.create(
                        model=model, prompt=order.prompt, seconds=order.seconds, size=order.size
                    )
                )
            except PROBLEMS as problem:
                met = problem
            if judge(met) is Verdict.UNCERTAIN and (found := self._lost(newest, order, deadline)):
                return found
            self._clock.sleep(attempts.pause_after(met))

    def _newest(self, deadline: Deadline) -> str | None:
        try:
            jobs = self._listed(1, deadline)
        except FilmError as error:
            if isinstance(error.__cause__, openai.NotFoundError):
                return None  # a gateway without a list; that matters only if an answer is lost
            raise
        return jobs[0].id if jobs else None

    def _lost(self, newest: str | None, order: Order, deadline: Deadline) -> Video | None:
        try:
            # An order that is still being taken is not in the list yet.
            self._clock.sleep(deadline.granted(self._patience.first_s))
            return lost_job(self._listed(100, deadline), newest, order)
        except FilmError as error:
            raise UnclearError(f"a job may have been made, and cannot be found: {error}") from error

    def _listed(self, most: int, deadline: Deadline) -> list[Video]:
        return self._read(lambda: jobs_of(self._videos.list(limit=most, order="desc")), deadline)

    def _wait(self, job: str, deadline: Deadline) -> Video:
        while True:
            video, pause = self._read(lambda: self._look(job), deadline)
            if is_complete(video):
                return video
            self._clock.sleep(deadline.granted(pause))

    def _look(self, job: str) -> tuple[Video, float]:
        answer = self._videos.with_raw_response.retrieve(job)
        return job_of(answer.parse()), poll_pause(answer.headers)

    def _download(self, job: str, target: Path, deadline: Deadline) -> None:
        with Download(target, self._piece) as download:
            while not download.whole:
                self._read(lambda: self._fetch(job, download), deadline)

    def _fetch(self, job: str, download: Download) -> None:
        try:
            answer = self._videos.download_content(job, extra_headers=download.headers).response
        except openai.NotFoundError as error:
            raise GoneError(str(error)) from error
        download.add(answer.status_code, answer.headers, answer.content)

    def _read(self, ask: Callable[[], T], deadline: Deadline) -> T:
        """What costs nothing may be asked again."""
        attempts = deadline.attempts()
        while True:
            try:
                return ask()
            except PROBLEMS as problem:
                pause = attempts.pause_after(problem)
            self._clock.sleep(pause)
