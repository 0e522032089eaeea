"""The server as a child process that starts in the background and ends with its parent."""

import re
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Event, Thread
from typing import TextIO

_CHILD = Path(__file__).with_name("child.py")
_FOLDER = Path(__file__).parents[1]
_READY = re.compile(r"\bready on (http://\S+)")
_START_S = 60
_STOP_S = 20
_LINES_KEPT = 40

Option = str | float | Path | bool | None | Iterable[str | Path]


class ServerError(RuntimeError):
    """The server did not start or ended early; the message has its last output."""


class ServerProcess:
    """A ``gateway-mock`` on a free loopback port; ``url`` waits until it is ready."""

    def __init__(self, arguments: Iterable[str] = ()) -> None:
        """Start the process; ``arguments`` are options of ``gateway-mock``. Returns at once."""
        self.arguments = ("--port", "0", *arguments)
        self._output: deque[str] = deque(maxlen=_LINES_KEPT)
        self._announced = Event()
        self._url = ""
        # Isolated (-I): neither the current folder nor PYTHONPATH can shadow a package. In a new
        # session: Ctrl-C reaches only the tests, which can use the server until they end.
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(_CHILD), str(_FOLDER), *self.arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        assert self._process.stdout is not None
        self._reader = Thread(target=self._read, args=(self._process.stdout,), daemon=True)
        self._reader.start()

    @property
    def url(self) -> str:
        """The server's URL without a path; waits up to 60 seconds for the server.

        Raises:
            ServerError: the server does not start or has ended.
        """
        if not self._announced.wait(_START_S):
            raise ServerError(f"gateway-mock is not ready after {_START_S} s{self._printed()}")
        if not self._url or self._process.poll() is not None:
            raise self.failure()
        return self._url

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process.poll() is None

    def failure(self) -> ServerError:
        """The error for a server that has ended, with its last output."""
        status = self._process.wait(_STOP_S)
        self._reader.join(_STOP_S)
        command = " ".join(("gateway-mock", *self.arguments))
        return ServerError(f"'{command}' ended with status {status}{self._printed()}")

    def stop(self) -> None:
        """End the server and wait for it; safe to call twice."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(_STOP_S)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _read(self, output: TextIO) -> None:
        for line in output:
            self._output.append(line.rstrip())
            if not self._url and (found := _READY.search(line)):
                self._url = found[1]
                self._announced.set()
        self._announced.set()

    def _printed(self) -> str:
        return "".join(f"\n  {line}" for line in self._output)


def arguments_of(options: Mapping[str, Option]) -> list[str]:
    """Options of ``gateway-mock`` as command-line arguments: ``max_body=1000`` is
    ``--max-body=1000``.

    True is a flag, None and False omit the option, a list repeats it.

    Raises:
        TypeError: a value cannot be passed on a command line.
    """
    arguments: list[str] = []
    for name, value in options.items():
        option = f"--{name.replace('_', '-')}"
        if value is True:
            arguments.append(option)
        elif value is None or value is False:
            continue
        elif isinstance(value, str | int | float | Path):
            arguments.append(f"{option}={value}")
        elif isinstance(value, list | tuple | set | frozenset):
            arguments += [f"{option}={each}" for each in value]
        else:
            kind = type(value).__name__
            raise TypeError(f"{name}={value!r}: an option is text, a number, a path, True or a list"
                            f" of these, not {kind}")  # fmt: skip
    return arguments
