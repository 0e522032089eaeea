"""Clients that make, poll and delete jobs, and remember what they were answered."""

import json
import random
from collections import Counter
from http.client import HTTPConnection, HTTPException
from threading import Event, Thread
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

MODEL, SECONDS = "sora-2", 4
FAILING = "fails_at_60"
# One job in four fails, and after one turn in eight a job is deleted.
_PROMPTS = ("A cat", "A cat", "A cat", f"A cat mock:{FAILING}")
_DELETES = 1 / 8
_TIMEOUT_S = 30
_OK = 200


class Caller:
    """A client with one connection, made anew when it breaks."""

    def __init__(self, url: str, key: str) -> None:
        """Call ``url`` with ``key``."""
        self._place = urlsplit(url).netloc
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._connection: HTTPConnection | None = None

    def call(self, method: str, path: str, body: str | None = None) -> tuple[int, dict[str, Any]]:
        """Status and answer.

        Raises:
            OSError: the connection broke.
            HTTPException: it broke in the middle of an answer.
        """
        if self._connection is None:
            self._connection = HTTPConnection(self._place, timeout=_TIMEOUT_S)
        try:
            self._connection.request(method, path, body, self._headers)
            answer = self._connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, HTTPException):
            self.close()
            raise

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Client(Thread):
    """Creates, polls and deletes jobs until it is stopped; remembers those that were answered.

    ``deleted`` counts deletions that were answered, ``unsure`` those whose answer was lost.
    """

    def __init__(self, url: str, key: str, over: Event) -> None:
        """Use ``key`` until ``over``."""
        super().__init__(daemon=True)
        self.key = key
        self.jobs: dict[str, int] = {}
        self.deleted = self.unsure = 0
        self.counted: Counter[str] = Counter()
        self.times: list[float] = []
        self._caller = Caller(url, key)
        self._over = over

    def run(self) -> None:
        """Make, poll and delete in turns."""
        while not self._over.is_set():
            try:
                self._make()
                self._poll()
                self._delete()
            except (OSError, HTTPException):
                self.counted["dropped"] += 1
        self._caller.close()

    def _make(self) -> None:
        began = perf_counter()
        order = {"model": MODEL, "prompt": random.choice(_PROMPTS), "seconds": str(SECONDS)}
        status, job = self._caller.call("POST", "/v1/videos", json.dumps(order))
        if status != _OK:
            self.counted["refused"] += 1
            return
        self.times.append(perf_counter() - began)
        self.jobs[job["id"]] = job["created_at"]

    def _poll(self) -> None:
        if self.jobs:
            status, _ = self._caller.call("GET", f"/v1/videos/{random.choice(list(self.jobs))}")
            self.counted["strayed"] += status == 404  # noqa: PLR2004

    def _delete(self) -> None:
        if self.jobs and random.random() < _DELETES:
            job_id = random.choice(list(self.jobs))
            del self.jobs[job_id]
            self.unsure += 1
            status, _ = self._caller.call("DELETE", f"/v1/videos/{job_id}")
            self.unsure -= 1
            self.deleted += status == _OK
