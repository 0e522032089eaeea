"""Runs the server as a child process that ends when its parent does.

Executed by its path in an isolated interpreter: ``python -I child.py FOLDER OPTION...``. FOLDER is
where the packages are installed, because an isolated interpreter ignores some installations (``pip
install --user``, ``--target``). It is never the client project's own folder.
"""

import os
import runpy
import select
import signal
import site
import sys
from threading import Event, Thread

_STDIN = 0
# How often to check that the parent is alive: a process that it forked may keep the pipe open.
_CHECK_S = 1.0
_GRACE_S = 15


def _wait_for_parent(parent: int) -> None:
    """Return when the parent closes standard input or has ended."""
    while os.name == "nt" or os.getppid() == parent:
        # Windows neither forks nor selects on pipes.
        ready = os.name == "nt" or select.select([_STDIN], [], [], _CHECK_S)[0]
        if ready and not os.read(_STDIN, 1):
            return


def _end_with_parent(parent: int) -> None:
    _wait_for_parent(parent)
    os.kill(os.getpid(), signal.SIGTERM)
    Event().wait(_GRACE_S)
    os._exit(1)


def main() -> None:
    """Serve until the parent has ended."""
    folder = sys.argv.pop(1)
    if folder not in sys.path:
        site.addsitedir(folder)
        sys.path.insert(0, folder)
    Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    runpy.run_module("mock_server", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
