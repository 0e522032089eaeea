"""Runs a command as the client of a drill; it may be written in any language.

It finds the gateway by ``OPENAI_BASE_URL`` and ``OPENAI_API_KEY``. Its exit status says whether it
believes that all went well.
"""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import IO

from video_gateway_mock.drill.cases import Case
from video_gateway_mock.drill.facts import FAILED, HUNG, PASSED, Facts, observed
from video_gateway_mock.drill.films import half_films
from video_gateway_mock.drill.watch import Limits, Watch
from video_gateway_mock.handle.gateway import Gateway

_LOOPBACK = "127.0.0.1,localhost,::1"
_PIECE, _KEPT = 65_536, 4000
_GRACE_S = 5
_IS_POSIX = os.name == "posix"


class CommandError(Exception):
    """The command cannot be started; the message says why."""


@dataclass(frozen=True, slots=True)
class Client:
    """A command, and the folder in which it keeps films, if that is known."""

    command: Sequence[str]
    files: Path | None = None

    def run(self, case: Case, gateway: Gateway, limits: Limits) -> tuple[Facts, str]:
        """What the command did in a case, and the end of its output.

        No process that it started is left, unless it has made a session of its own.

        Raises:
            CommandError: it cannot be started.
        """
        case.begin(gateway)
        before = _stamps(self.files)
        with _Process.started(self.command, gateway) as process:
            with Watch(gateway, limits, process.interrupt) as watch:
                status = process.wait()
            outcome = HUNG if watch.reason else FAILED if status else PASSED
            reason = watch.reason or f"exit status {status}"
        halves = {name for name, stamp in _stamps(self.files).items() if before.get(name) != stamp}
        return observed(gateway, outcome, reason, halves=sorted(halves)), process.output


def _stamps(folder: Path | None) -> Mapping[str, int]:
    """The half films below a folder, and when each was changed."""
    found: dict[str, int] = {}
    for name in half_films(folder) if folder else ():
        with suppress(OSError):
            found[name] = (folder or Path()).joinpath(name).stat().st_mtime_ns
    return found


@dataclass(frozen=True, slots=True)
class _Process:
    """A process with its descendants, and the end of what they print."""

    process: subprocess.Popen[bytes]
    reader: Thread
    kept: list[bytes] = field(default_factory=list)
    asked: list[None] = field(default_factory=list)

    @classmethod
    def started(cls, command: Sequence[str], gateway: Gateway) -> "_Process":
        environment = {
            **os.environ,
            "OPENAI_BASE_URL": gateway.base_url,
            "OPENAI_API_KEY": gateway.api_key,
            "NO_PROXY": _LOOPBACK,
            "no_proxy": _LOOPBACK,
        }
        try:
            # In a session of its own, so that all of its processes can be ended together.
            process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise CommandError(f"{command[0]} cannot be started: {error.strerror}") from error
        assert process.stdout is not None
        kept: list[bytes] = []
        reader = Thread(target=_read, args=(process.stdout, kept), daemon=True)
        reader.start()
        return cls(process, reader, kept)

    def __enter__(self) -> "_Process":
        return self

    def __exit__(self, *_: object) -> None:
        self._signal(kill=True)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(_GRACE_S)
        # A process that has left the session may keep the pipe open.
        self.reader.join(_GRACE_S)

    @property
    def output(self) -> str:
        """The end of what it printed."""
        return b"".join(self.kept)[-_KEPT:].decode("utf-8", "replace")

    def wait(self) -> int:
        """Its exit status, once it has ended."""
        return self.process.wait()

    def interrupt(self) -> None:
        """Ask it to end; asked again, it is killed."""
        self._signal(kill=bool(self.asked))
        self.asked.append(None)

    def _signal(self, *, kill: bool) -> None:
        with suppress(ProcessLookupError, PermissionError):
            if _IS_POSIX:
                os.killpg(self.process.pid, signal.SIGKILL if kill else signal.SIGTERM)
            elif kill:
                self.process.kill()
            else:
                self.process.terminate()


def _read(stream: IO[bytes], kept: list[bytes]) -> None:
    while piece := stream.read1(_PIECE):  # type: ignore[attr-defined]
        kept[:] = [b"".join((*kept, piece))[-_KEPT:]]
