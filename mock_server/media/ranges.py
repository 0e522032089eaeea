"""Media as an HTTP answer: whole, one byte range, or "not modified" (RFC 9110, 13 and 14).

Must not know the API's error envelope: a range outside the media is raised, not answered.
"""

from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from werkzeug.http import parse_etags, parse_range_header, unquote_etag

from mock_server.media.clip import Media


class RangeNotSatisfiableError(Exception):
    """The one range asked for begins beyond the media; answer 416 with `headers`."""

    status: Final = 416

    def __init__(self, size: int) -> None:
        super().__init__(f"the requested range begins beyond the {size} bytes there are")
        self.size = size
        self.headers = {"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"}


def content_response(media: Media, method: str, headers: Headers) -> Response:
    """The answer to a GET or HEAD for `media`: 200, 206 or 304, without a body for HEAD.

    Several ranges, malformed ones and units other than bytes are ignored, as RFC 9110 allows.
    Raises `RangeNotSatisfiableError`.
    """
    kept = {"ETag": media.etag, "Accept-Ranges": "bytes"}
    if _is_known(media, headers):
        return Response(status_code=304, headers=kept)
    start, stop = 0, len(media.body)
    status = 200
    # Ranges are defined for GET alone; HEAD answers as if the header were absent.
    if method == "GET" and (found := _byte_range(media, headers)) is not None:
        status = 206
        start, stop = found
        kept["Content-Range"] = f"bytes {start}-{stop - 1}/{len(media.body)}"
    # Stated, because HEAD describes the body that it leaves out.
    kept["Content-Length"] = str(stop - start)
    body = b"" if method == "HEAD" else media.body[start:stop]
    return Response(body, status, kept, media.content_type)


def _is_known(media: Media, headers: Headers) -> bool:
    etag, _ = unquote_etag(media.etag)
    known = parse_etags(", ".join(headers.getlist("if-none-match")))
    return known.contains_weak(etag)


def _byte_range(media: Media, headers: Headers) -> tuple[int, int] | None:
    """Start and end (exclusive) of the one range to send; None to send everything."""
    # Only a strong validator may join two downloads, and a date is never one of ours.
    if headers.get("if-range", media.etag).strip() != media.etag:
        return None
    asked = parse_range_header(", ".join(headers.getlist("range")))
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return None
    size = len(media.body)
    start, stop = asked.ranges[0]
    # A suffix (negative start) longer than the media means all of it.
    start = max(0, start + size) if start < 0 else start
    if start >= size:
        raise RangeNotSatisfiableError(size)
    return start, size if stop is None else min(stop, size)
