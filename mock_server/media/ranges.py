"""Media as an HTTP response: all of it, a byte range, or "not modified" (RFC 9110, 13 and 14).

Requests that cannot be answered raise an exception, which the caller renders as an error.
"""

import re
import sys
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from werkzeug.http import parse_etags, unquote_etag

from mock_server.media.clip import Media

_RANGE: Final = re.compile(r"bytes=[ \t]*(?:([0-9]+)-([0-9]*)|-([0-9]+))[ \t]*", re.IGNORECASE)
_DECIDING: Final = frozenset(
    (b"range", b"if-match", b"if-none-match", b"if-modified-since", b"if-unmodified-since")
)
# The end of the year 9999, the last year of an HTTP date.
_LAST_DATE_MS: Final = 253_402_300_799_000
# More digits than any size has.
_MOST_DIGITS: Final = 18


class RangeNotSatisfiableError(Exception):
    """The requested range is outside the media: status 416, with ``headers``."""

    def __init__(self, size: int) -> None:
        super().__init__(f"The requested range is not within the {size} bytes there are")
        self.headers = {"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"}


class PreconditionFailedError(Exception):
    """The media does not meet a condition of the request: status 412."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The content is not what the header {name} asks for")


@dataclass(frozen=True, slots=True)
class Asked:
    """The parts of a request that decide how much of the media is sent.

    ``modified`` is when the media was made, in milliseconds; None if unknown.
    """

    method: str
    headers: Headers
    modified: int | None = None

    @property
    def second(self) -> int | None:
        """``modified`` in seconds, because HTTP dates have no fractions."""
        if self.modified is None or self.modified > _LAST_DATE_MS:
            return None
        return self.modified // 1000


def content_response(media: Media, asked: Asked) -> Response:
    """The response to a GET or HEAD for ``media``: 200, 206 or 304; without a body for HEAD.

    Several ranges, malformed ones and units other than bytes are ignored, as RFC 9110 allows.
    Raises `RangeNotSatisfiableError` and `PreconditionFailedError`.
    """
    kept = {"ETag": media.etag, "Accept-Ranges": "bytes"}
    if asked.second is not None:
        kept["Last-Modified"] = _date_of(asked.second)
    start, stop = 0, len(media.body)
    status = 200
    # Most requests have none of these headers, and one check for all is faster.
    if not _DECIDING.isdisjoint(name for name, _ in asked.headers.raw):
        _require_conditions(media, asked)
        if _is_known(media, asked):
            return Response(status_code=304, headers=kept)
        # Ranges are defined for GET only; for HEAD the header is ignored.
        if asked.method == "GET" and (found := _byte_range(media, asked)) is not None:
            status = 206
            start, stop = found
            kept["Content-Range"] = f"bytes {start}-{stop - 1}/{len(media.body)}"
    # Set explicitly, because HEAD describes the body that it omits.
    kept["Content-Length"] = str(stop - start)
    body = b"" if asked.method == "HEAD" else media.body[start:stop]
    return Response(body, status, kept, media.content_type)


def _require_conditions(media: Media, asked: Asked) -> None:
    """Check the conditions of a request; the entity tag takes precedence over the date."""
    wanted = asked.headers.getlist("if-match")
    if wanted:
        etag, _ = unquote_etag(media.etag)
        if not parse_etags(", ".join(wanted)).contains(etag):
            raise PreconditionFailedError("If-Match")
        return
    limit = _second_of(asked.headers.get("if-unmodified-since"))
    if limit is not None and asked.second is not None and asked.second > limit:
        raise PreconditionFailedError("If-Unmodified-Since")


def _is_known(media: Media, asked: Asked) -> bool:
    """Whether the client has the current media already."""
    sent = asked.headers.getlist("if-none-match")
    if sent:
        etag, _ = unquote_etag(media.etag)
        return parse_etags(", ".join(sent)).contains_weak(etag)
    since = _second_of(asked.headers.get("if-modified-since"))
    return since is not None and asked.second is not None and asked.second <= since


def _byte_range(media: Media, asked: Asked) -> tuple[int, int] | None:
    """Start and end (exclusive) of the range to send; None to send everything."""
    # Only a strong validator may continue a download, and a date is a weak one here.
    if asked.headers.get("if-range", media.etag).strip() != media.etag:
        return None
    found = _RANGE.fullmatch(", ".join(asked.headers.getlist("range")))
    if found is None:
        return None
    size = len(media.body)
    if found[3] is not None:
        # A suffix longer than the media selects all of it.
        start, stop = max(0, size - _number(found[3])), size
    else:
        start = _number(found[1])
        stop = min(size, _number(found[2]) + 1) if found[2] else size
        if found[2] and _number(found[2]) < start:
            return None
    if start >= size:
        raise RangeNotSatisfiableError(size)
    return start, stop


@lru_cache(maxsize=1000)
def _date_of(second: int) -> str:
    return formatdate(second, usegmt=True)


def _number(digits: str) -> int:
    return int(digits) if len(digits) <= _MOST_DIGITS else sys.maxsize


def _second_of(date: str | None) -> int | None:
    """An HTTP date in seconds since 1970; None if it is invalid, and therefore ignored."""
    try:
        return None if date is None else int(parsedate_to_datetime(date).timestamp())
    except (ValueError, TypeError, OverflowError):
        return None
