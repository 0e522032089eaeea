"""Runs one peer's server in a folder and a session of its own; nothing of it outlives the block."""

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from time import perf_counter

import psutil

from benchmarks.peers.peer import Peer, Place
from benchmarks.redis_server import free_port
from benchmarks.requests import ORDER, LoadError, ask, order_as_json

_PATIENCE_S = 120
_PAUSE_S = 0.005
_MEGABYTE = 1e6


class StartError(Exception):
    """A server did not answer, with what it said."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers; ``started_s`` is how long its first answer took from its start."""

    peer: Peer
    url: str
    process: psutil.Process
    started_s: float

    @property
    def memory_mb(self) -> float:
        """The resident memory of all its processes, in megabytes."""
        total = 0
        for each in (self.process, *self.process.children(recursive=True)):
            # A helper may end while it is looked at.
            with suppress(psutil.NoSuchProcess):
                total += each.memory_info().rss
        return total / _MEGABYTE


@contextmanager
def running(peer: Peer) -> Iterator[Server]:
    """A server of a peer that has answered once.

    Raises:
        StartError: it ended, or did not answer within two minutes.
    """
    with TemporaryDirectory() as folder, ExitStack() as until_it_ends:
        place = Place(Path(folder), free_port(), until_it_ends)
        command = peer.command(place)
        said = place.folder / "standard-error.txt"
        began = perf_counter()
        with _process(command, place.folder, said) as process:
            url = f"http://127.0.0.1:{place.port}"
            _until_it_answers(process, url, began, said)
            yield Server(peer, url, psutil.Process(process.pid), perf_counter() - began)


@contextmanager
def _process(
    command: Sequence[str], folder: Path, said: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    # Some peers write to the home, to the folder they are started in, and to temporary files.
    java = f"-Djava.io.tmpdir={folder}"
    own = {"HOME": str(folder), "TMPDIR": str(folder), "JAVA_TOOL_OPTIONS": java}
    with said.open("wb") as errors:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **own},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            # A session is ended as a whole: npm's commands for Java programs are Node programs that
            # start another, which would live on.
            family = _family(process.pid)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            _until_all_ended(family)


def _family(number: int) -> list[psutil.Process]:
    try:
        return psutil.Process(number).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _until_all_ended(family: Sequence[psutil.Process]) -> None:
    """Wait, so that nobody writes to a folder that is being removed."""
    pause, began = Event(), perf_counter()
    while not all(map(_has_ended, family)) and perf_counter() - began < _PATIENCE_S:
        pause.wait(_PAUSE_S)


def _has_ended(process: psutil.Process) -> bool:
    try:
        # Orphans that nobody asks about their status stay as zombies, in some containers.
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _until_it_answers(
    process: "subprocess.Popen[bytes]", url: str, began: float, said: Path
) -> None:
    create, pause = order_as_json(ORDER), Event()
    while perf_counter() - began < _PATIENCE_S:
        if process.poll() is not None:
            raise StartError(f"ended with status {process.returncode}: {said.read_text()}")
        with suppress(LoadError):
            if ask(url, create).status == create.answered:
                return
        pause.wait(_PAUSE_S)
    raise StartError(f"no answer within {_PATIENCE_S} s: {said.read_text()}")
