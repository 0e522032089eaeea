"""A gateway-mock of several processes, as a command starts it, and the processes it is made of."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_SPAWNED = b"spawn_main"
ADMIN = "admin-token-of-the-tests"


@dataclass(frozen=True, slots=True)
class Machine:
    """One supervisor with its workers; ``url`` is where it listens."""

    url: str
    process: "subprocess.Popen[str]"

    @property
    def workers(self) -> list[int]:
        """The ids of the worker processes there are now."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(child) for child in children if _is_worker(child)]

    def kill(self, worker: int) -> None:
        """End a worker without a warning; nothing happens where it has ended."""
        try:
            os.kill(worker, signal.SIGKILL)
        except ProcessLookupError:
            return


def _is_worker(pid: str) -> bool:
    try:
        return _SPAWNED in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


class MachineError(Exception):
    """It did not start; what it said is on standard error."""


@contextmanager
def machine(*options: str, temporary: Path | None = None) -> Iterator[Machine]:
    """A gateway-mock with these options until the block ends; all its processes end with it.

    ``temporary`` is where it may put files for a while.

    Raises:
        MachineError: it did not start.
    """
    command = [sys.executable, "-m", "mock_server", "--port", "0", "--admin-token", ADMIN, *options]
    place = {} if temporary is None else {"TMPDIR": str(temporary)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | place
    ) as process:
        assert process.stdout is not None
        try:
            ready = re.search(r"http://\S+", process.stdout.readline())
            if ready is None:
                raise MachineError(" ".join(command))
            yield Machine(ready[0], process)
        finally:
            process.terminate()
