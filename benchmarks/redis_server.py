"""A Redis server on a free loopback port, in memory, which ends with its parent process."""

import atexit
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

_READY = "Ready to accept connections"
_QUICK = ("--save", "", "--appendonly", "no", "--bind", "127.0.0.1", "--daemonize", "no")


class RedisStartError(Exception):
    """Redis did not start, with what it said."""


@dataclass(slots=True)
class RedisServer:
    """A Redis that can be ended and started again on its port; what it held is gone then."""

    port: int
    process: "subprocess.Popen[str] | None" = None

    @property
    def address(self) -> str:
        """What ``--store`` takes."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            RedisStartError: it does not.
        """
        program = shutil.which("redis-server") or "redis-server"
        command = [program, "--port", str(self.port), *_QUICK]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            said.append(line)
            if _READY in line:
                return
        raise RedisStartError("".join(said))

    def stop(self) -> None:
        """End it at once."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            if self.process.stdout is not None:
                self.process.stdout.close()
            self.process = None


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def running_redis() -> Iterator[RedisServer]:
    """A Redis until the block ends.

    Raises:
        RedisStartError: it does not start.
    """
    server = RedisServer(free_port())
    server.start()
    try:
        yield server
    finally:
        server.stop()


@cache
def shared_redis() -> RedisServer:
    """One Redis for the whole process; every user empties it first."""
    server = RedisServer(free_port())
    server.start()
    atexit.register(server.stop)
    return server
