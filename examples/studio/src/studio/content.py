"""A film on its way to a file: in pieces, each of which may be asked for again."""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from studio.judging import BadAnswerError

PIECE = 8 * 1024 * 1024
_PARTIAL = 206


class Download:
    """A temporary file beside ``target`` that takes its name when the film is whole.

    What is asked for is bounded, so that an ordinary call of the SDK brings it: what breaks a call
    off is then an error of the SDK, and costs one piece.
    """

    def __init__(self, target: Path, piece: int = PIECE) -> None:
        """Nothing is there yet."""
        self._target = target
        self._part = target.with_name(f"{target.name}.part")
        self._piece = piece
        self._have = 0
        self._total: int | None = None
        self._etag: str | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing is missing."""
        return self._have == self._total

    @property
    def headers(self) -> dict[str, str]:
        """What asks for the next piece, of the same film that the others are of."""
        asked = {"Range": f"bytes={self._have}-{self._have + self._piece - 1}"}
        return asked | ({"If-Range": self._etag} if self._etag else {})

    def add(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Keep a piece, or the whole film where the service knows no pieces.

        Raises:
            BadAnswerError: it is no part of a film.
        """
        begin = self._have if status == _PARTIAL else 0
        total = _total(headers, begin) if status == _PARTIAL else len(body)
        if begin == 0 and body[4:8] != b"ftyp":
            raise BadAnswerError(f"not a film: {headers.get('content-type')} {body[:40]!r}")
        self._file.seek(begin)
        self._file.write(body)
        self._file.truncate()
        self._have, self._total, self._etag = begin + len(body), total, headers.get("etag")

    def __enter__(self) -> Self:
        """Open the temporary file."""
        self._file = self._part.open("wb")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Name the file if the film is whole, else drop it."""
        self._file.close()
        if error is None and self.whole:
            self._part.replace(self._target)
        else:
            self._part.unlink()


def _total(headers: Mapping[str, str], have: int) -> int:
    """The length of the whole film, as a piece that begins at ``have`` reports it."""
    span, _, total = headers.get("content-range", "").removeprefix("bytes ").partition("/")
    if span.partition("-")[0] != str(have) or not total.isdigit():
        raise BadAnswerError(f"not the piece that was asked for: {headers.get('content-range')}")
    return int(total)
