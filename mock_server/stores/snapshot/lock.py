"""A file that one process holds at a time; let go of however that process ends."""

import os
import sys
from contextlib import suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _taken(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True
else:
    import fcntl

    def _taken(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class FileLock:
    """A lock beside whatever it protects."""

    def __init__(self, path: Path) -> None:
        """Use a file of its own at ``path``."""
        self._path = path
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Whether it is this process's now; it does not wait.

        Raises:
            OSError: there cannot be such a file, or none can be locked there.
        """
        while True:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                if not _taken(descriptor):
                    os.close(descriptor)
                    return False
                if self._is_there(descriptor):
                    self._descriptor = descriptor
                    return True
            except OSError:
                os.close(descriptor)
                raise
            # Whoever had it removed the file just now.
            os.close(descriptor)

    def release(self) -> None:
        """Let it go, and remove the file."""
        if self._descriptor is None:
            return
        # Windows removes no file that is open; elsewhere nobody must be able to open it in between.
        if sys.platform == "win32":
            os.close(self._descriptor)
        with suppress(OSError):
            self._path.unlink()
        if sys.platform != "win32":
            os.close(self._descriptor)
        self._descriptor = None

    def _is_there(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), self._path.stat())
        except FileNotFoundError:
            return False
