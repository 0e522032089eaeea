"""Finds files that hold the beginning of a film."""

import os
from collections.abc import Iterator
from pathlib import Path

# An MP4 is a row of boxes, each with its length and its name (ISO/IEC 14496-12, 4.2).
_HEAD = 8
_FIRST, _MEDIA = b"ftyp", b"mdat"
_WIDE = 1
# Files that are looked at, and boxes in each.
_MOST_FILES, _MOST_BOXES = 1000, 1000
# Names of files that a client has not put in place yet.
_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".download", ".crdownload")


def half_films(folder: Path) -> Iterator[str]:
    """The names of the files below a folder that begin like a film and end too early."""
    for number, path in enumerate(_files(folder)):
        if number >= _MOST_FILES:
            return
        try:
            if path.suffix not in _UNFINISHED and is_half(path):
                yield path.relative_to(folder).as_posix()
        except OSError:
            continue


def is_half(path: Path) -> bool:
    """Whether a file begins like an MP4 and lacks a part: a box that ends after it, or the media.

    Raises:
        OSError: the file cannot be read.
    """
    size, at, seen = path.stat().st_size, 0, set()
    with path.open("rb") as file:
        for _ in range(_MOST_BOXES):
            file.seek(at)
            head = file.read(_HEAD * 2)
            name = head[4:_HEAD]
            if at == 0 and name != _FIRST:
                return False
            if len(head) < _HEAD:
                break
            seen.add(name)
            length = int.from_bytes(head[:4], "big")
            if length == _WIDE:
                length = int.from_bytes(head[_HEAD:], "big")
            if length == 0:
                return False  # it reaches to the end of the file
            at += max(length, _HEAD)
    return at != size or _MEDIA not in seen


def _files(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        for name in sorted(names):
            path = Path(parent, name)
            if path.is_file() and not path.is_symlink():
                yield path
