"""A supervisor and its worker processes, which serve one listening socket.

A worker that ends unexpectedly is replaced. Workers share a store and a tally, so any of them can
serve any request, including a scrape of the metrics.
"""

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from shutil import rmtree
from threading import Thread
from typing import Any

from mock_server.observability.access_log import log_config
from mock_server.observability.counters import forget_levels
from mock_server.settings import Settings
from mock_server.stores.protocol import StoreError
from mock_server.transport.process import paused
from mock_server.transport.server import Announced, run, take_hangups

# Consecutive workers that end before they are ready; then the supervisor gives up.
_MOST_FAILURES = 3
# Seconds after SIGTERM until a worker is killed.
_PATIENCE_S = 15
_READY = "ready"


@dataclass(frozen=True, slots=True, eq=False)
class _Worker:
    """A worker process.

    It sends a message over ``line`` when it is ready, and ends when the other end of ``line`` is
    closed. Its replacement takes over its ``place``.
    """

    process: BaseProcess
    line: Connection
    place: int


class Supervisor:
    """Runs workers until a signal stops it."""

    def __init__(self, settings: Settings, listener: socket.socket, counts: Path) -> None:
        """Serve ``listener`` with ``settings.workers`` processes.

        ``counts`` is an empty folder for their counters.
        """
        self._settings = settings
        self._counts = counts
        self._listener = listener
        self._count = settings.workers
        # Spawned, because forking a process with threads or an event loop is not safe.
        self._context = get_context("spawn")
        self._workers: list[_Worker] = []
        self._ready: set[_Worker] = set()
        self._failures = 0
        self._stop_requested = False

    def run(self, announce: Callable[[str], Any], announced: Announced | None = None) -> int:
        """Serve until stopped; returns the exit status. Announces when all workers are ready."""
        with _signals() as wake:
            for place in range(self._count):
                self._start(place)
            said = False
            while self._workers:
                self._wait(wake)
                if len(self._ready) == self._count and not said and not self._stop_requested:
                    said = True
                    announce((announced or Announced()).lines(self._listener))
        return 1 if self._failures >= _MOST_FAILURES else 0

    def _start(self, place: int) -> None:
        line, theirs = self._context.Pipe()
        given = (self._settings, self._listener, theirs, (self._counts, place))
        process = self._context.Process(target=_work, args=given)
        process.start()
        theirs.close()
        self._workers.append(_Worker(process, line, place))

    def _wait(self, wake: socket.socket) -> None:
        waiting = [worker for worker in self._workers if worker not in self._ready]
        ends = {worker.process.sentinel: worker for worker in self._workers}
        lines = {worker.line: worker for worker in waiting}
        happened = wait([wake, *ends, *lines], _PATIENCE_S if self._stop_requested else None)
        if not happened:
            for worker in self._workers:
                worker.process.kill()
        for what in happened:
            if what is wake:
                wake.recv(1)
                self._stop()
            elif isinstance(what, int):
                self._ended(ends[what])
            elif isinstance(what, Connection):
                self._heard(lines[what])

    def _heard(self, worker: _Worker) -> None:
        try:
            if worker.line.recv() == _READY:
                self._ready.add(worker)
                self._failures = 0
        except (EOFError, OSError):
            # The worker ended; its sentinel reports that as well.
            return

    def _ended(self, worker: _Worker) -> None:
        if worker not in self._workers:
            return
        self._workers.remove(worker)
        worker.process.join()
        worker.line.close()
        forget_levels(self._counts, worker.place)
        if self._stop_requested:
            return
        if worker in self._ready:
            self._ready.discard(worker)
        # A killed worker did not fail, however early it was killed.
        elif (worker.process.exitcode or 0) >= 0:
            self._failures += 1
        if self._failures >= _MOST_FAILURES:
            self._stop()
        else:
            self._start(worker.place)

    def _stop(self) -> None:
        self._stop_requested = True
        for worker in self._workers:
            worker.process.terminate()


@contextmanager
def _signals() -> Iterator[socket.socket]:
    """A socket that receives a byte for each signal."""
    theirs, ours = socket.socketpair()
    theirs.setblocking(False)
    kinds = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(kind, lambda *_: None) for kind in kinds]
    take_hangups(lambda *_: None)
    signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    try:
        yield ours
    finally:
        signal.set_wakeup_fd(-1)
        for kind, handler in zip(kinds, before, strict=True):
            signal.signal(kind, handler)
        theirs.close()
        ours.close()


def _work(
    settings: Settings, listener: socket.socket, line: Connection, counting: tuple[Path, int]
) -> None:
    """Run a worker: serve until SIGTERM, or until the supervisor is gone."""
    # A terminal sends SIGINT to all processes; the supervisor then stops this one by SIGTERM.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    take_hangups(lambda *_: None)
    try:
        with paused(for_good=True):
            from mock_server.app import build_server
            from mock_server.composition.reloading import print_error, reloading
            from mock_server.observability.counters import SharedTally

            made = build_server(settings, tally=SharedTally(*counting), folder=counting[0])
    except StoreError as error:
        # The supervisor opened the store a moment ago.
        raise SystemExit(f"Error: {error}") from error
    Thread(target=_end_with, args=(line, counting[0]), daemon=True).start()
    logs = log_config(settings.log_format, settings.log_level)
    # One worker reports for all.
    report = print_error if counting[1] == 0 else lambda _line: None
    application = reloading(made, settings, report)
    announce = lambda _: line.send(_READY)  # noqa: E731
    raise SystemExit(run(application, listener, announce, guard=made.guard, logs=logs))


def _end_with(line: Connection, counts: Path) -> None:
    """When the supervisor is gone, remove its folder and end."""
    try:
        line.recv()
    except (EOFError, OSError):
        rmtree(counts, ignore_errors=True)
        os.kill(os.getpid(), signal.SIGTERM)
