"""The snapshot file, which one server uses at a time and which is written whole or not at all.

Each line is a JSON array of a kind, a tenant and data. The last line holds the number of lines, so
that a truncated file is detected.
"""

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

import orjson

from mock_server.stores.protocol import StoreError

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


Line = Sequence[Any]

_VERSION = 1
_HEAD = ["video-gateway-mock snapshot", _VERSION]
_END = "end"


class SnapshotFile:
    """A snapshot file; symbolic links are followed."""

    def __init__(self, path: Path) -> None:
        """Lock the file until ``release``.

        Raises:
            StoreError: another server uses the file, or it cannot be written.
        """
        self._named = path
        try:
            self._path = path.resolve()
            lock = FileLock(self._beside("lock"))
            self._require_place()
            held = lock.take()
        except (OSError, RuntimeError) as error:
            raise self._unusable(f"its folder must exist and be writable: {error}") from error
        if not held:
            why = "another server uses it; stop that server or name another file"
            raise self._unusable(why)
        self._lock = lock

    def release(self) -> None:
        """Release the lock."""
        self._lock.release()

    def read(self) -> Iterator[tuple[int, Line]]:
        """The lines with their numbers; none if there is no file yet.

        Raises:
            StoreError: the file is not a snapshot, is truncated, or is of another version.
        """
        if not self._path.exists():
            return
        number, whole = 0, False
        try:
            with self._path.open("rb") as file:
                for number, text in enumerate(file, start=1):
                    line = orjson.loads(text)
                    if whole:
                        raise ValueError("it follows the last line")
                    whole = _is_end(number, line)
                    if number > 1 and not whole:
                        yield number, line
        except OSError as error:
            raise self._unusable(f"it cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise self.damaged(number, str(error)) from error
        if not whole:
            raise self.damaged(number + 1, "the last line is missing")

    def damaged(self, line: int, why: str) -> StoreError:
        """The error for a line that damages the whole file."""
        remedy = "restore a backup, or move the file away to start empty"
        return self._unusable(f"line {line} cannot be used: {why}; {remedy}")

    def write(self, lines: Iterable[Line]) -> None:
        """Replace the file.

        Raises:
            OSError: writing failed; the old file is unchanged.
        """
        beside = self._beside(str(os.getpid()))
        try:
            with beside.open("wb") as file:
                _write(file, lines)
            if self._path.exists():
                shutil.copymode(self._path, beside)
            beside.replace(self._path)
        except OSError:
            with suppress(OSError):
                beside.unlink()
            raise

    def rescue(self, lines: Iterable[Line]) -> Path:
        """Write the lines to a new temporary file and return its path; raises OSError."""
        with NamedTemporaryFile(
            "wb", prefix="gateway-mock-", suffix=".snapshot", delete=False
        ) as file:
            _write(file, lines)
        return Path(file.name)

    def try_out(self) -> None:
        """Write and remove an empty snapshot in the same folder; raises OSError."""
        beside = self._beside(f"{os.getpid()}.check")
        try:
            with beside.open("wb") as file:
                _write(file, ())
        finally:
            with suppress(OSError):
                beside.unlink()

    def __str__(self) -> str:
        return str(self._named)

    def _beside(self, ending: str) -> Path:
        return self._path.with_name(f"{self._path.name}.{ending}")

    def _require_place(self) -> None:
        if self._path.exists() and not self._path.is_file():
            raise OSError("something that is not a file has this name")
        if not os.access(self._path.parent, os.W_OK):
            raise OSError(f"{self._path.parent} is not writable")

    def _unusable(self, why: str) -> StoreError:
        return StoreError(f"--snapshot {self._named}: {why}")


def _is_end(number: int, line: Any) -> bool:
    """Whether it is the last line; raises ValueError if it is invalid or lines are missing."""
    if number == 1:
        if line != _HEAD:
            raise ValueError("this is not a snapshot, or one of another version")
        return False
    if not isinstance(line, list) or not line:
        raise ValueError("it is not an array")
    if line[0] == _END and line != [_END, number - 2]:
        raise ValueError("lines are missing")
    return bool(line[0] == _END)


def _write(file: IO[bytes], lines: Iterable[Line]) -> None:
    count = 0
    file.write(orjson.dumps(_HEAD) + b"\n")
    for line in lines:
        count += 1
        file.write(orjson.dumps(line) + b"\n")
    file.write(orjson.dumps([_END, count]) + b"\n")
    file.flush()
    os.fsync(file.fileno())


class FileLock:
    """A lock file that one process holds at a time; the system releases it if the process dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Take the lock without waiting; return whether this process holds it now.

        Raises:
            OSError: the file cannot be created or locked.
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
            # The previous holder removed the file in between.
            os.close(descriptor)

    def release(self) -> None:
        """Release the lock and remove the file."""
        if self._descriptor is None:
            return
        # Windows cannot remove an open file. Elsewhere it is removed first, so that no other
        # process opens it in between.
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
