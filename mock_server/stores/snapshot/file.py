"""The file of a snapshot: held by one server, and written whole or not at all.

One JSON array a line: what it is, whose, and the facts; the last line says how many there were, so
that a file that was cut off is known for it.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

import orjson

from mock_server.stores.protocol import StoreError
from mock_server.stores.snapshot.lock import FileLock

Line = Sequence[Any]

_VERSION = 1
_HEAD = ["video-gateway-mock snapshot", _VERSION]
_END = "end"


class SnapshotFile:
    """One file, wherever links to it lead."""

    def __init__(self, path: Path) -> None:
        """Hold the file until it is released.

        Raises:
            StoreError: another server has it, or nothing can be kept there.
        """
        self._named = path
        try:
            self._path = path.resolve()
            lock = FileLock(self._beside("lock"))
            self._require_place()
            held = lock.take()
        except (OSError, RuntimeError) as error:
            raise self._unusable(
                f"its folder must be there and be yours to write in: {error}"
            ) from error
        if not held:
            why = "another server keeps its state there; end that one, or name another file"
            raise self._unusable(why)
        self._lock = lock

    def release(self) -> None:
        """Let another server have it."""
        self._lock.release()

    def read(self) -> Iterator[tuple[int, Line]]:
        """The lines that were written, each with its number; none where there is no file yet.

        Raises:
            StoreError: it is no snapshot, is not whole, or is of another version.
        """
        if not self._path.exists():
            return
        number, whole = 0, False
        try:
            with self._path.open("rb") as file:
                for number, text in enumerate(file, start=1):
                    line = orjson.loads(text)
                    if whole:
                        raise ValueError("something follows the end")
                    whole = _is_end(number, line)
                    if number > 1 and not whole:
                        yield number, line
        except OSError as error:
            raise self._unusable(f"it cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise self.damaged(number, str(error)) from error
        if not whole:
            raise self.damaged(number + 1, "the end is missing")

    def damaged(self, line: int, why: str) -> StoreError:
        """The error for a line that nobody can say whose it is."""
        remedy = "restore a copy, or move the file away to begin anew"
        return self._unusable(f"line {line} cannot be used: {why}; {remedy}")

    def write(self, lines: Iterable[Line]) -> None:
        """Put these lines in the place of those that are there.

        Raises:
            OSError: it could not be done; what was there still is.
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
        """Write the lines where temporary files are, and say where that is.

        Raises:
            OSError: that could not be done either.
        """
        with NamedTemporaryFile(
            "wb", prefix="gateway-mock-", suffix=".snapshot", delete=False
        ) as file:
            _write(file, lines)
        return Path(file.name)

    def try_out(self) -> None:
        """Write something beside the file and remove it.

        Raises:
            OSError: nothing can be written there.
        """
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
            raise OSError("something that is no file has that name")
        if not os.access(self._path.parent, os.W_OK):
            raise OSError(f"{self._path.parent} is not")

    def _unusable(self, why: str) -> StoreError:
        return StoreError(f"--snapshot {self._named}: {why}")


def _is_end(number: int, line: Any) -> bool:
    """Whether it is the last line; raises ValueError where a line is none, or some are missing."""
    if number == 1:
        if line != _HEAD:
            raise ValueError("no snapshot, or one of another version")
        return False
    if not isinstance(line, list) or not line:
        raise ValueError("it is no list")
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
