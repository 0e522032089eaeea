"""Parses multipart/form-data in memory, strictly: a lenient parser would hide a client's bug."""

from collections.abc import Iterator
from typing import Any

from multipart import MultipartError, MultipartSegment, PushMultipartParser

from mock_server.http.errors import INVALID_MULTIPART, ApiError
from mock_server.http.exchange import Body, Upload
from mock_server.http.limits import BodyLimits

_USUAL = BodyLimits()
# A part of these types is a file even without a file name (RFC 7578, 4.2).
_FILE_TYPES = ("image/", "video/", "application/octet-stream")
_LONGEST_BOUNDARY = 256
_LONGEST_HEADER = 16 * 1024
_MOST_HEADERS = 32

Part = tuple[MultipartSegment, bytes]


def parse_form(raw: bytes, boundary: bytes, limits: BodyLimits = _USUAL) -> Body:
    """The text fields and files of a form; the last of several with one name counts.

    Raises:
        ApiError: 400 when the boundary is missing or wrong, a part has no name, a text is not
            UTF-8 or too long, there are too many parts, or the form ends early.
    """
    _require_boundary(raw, boundary)
    # Names are decoded as UTF-8 later, so that an error can say which one is not.
    parser = PushMultipartParser(
        boundary,
        max_header_size=_LONGEST_HEADER,
        max_header_count=_MOST_HEADERS,
        header_charset="latin-1",
        strict=True,
    )
    try:
        body = _body(_parts(parser, raw), limits)
    except MultipartError as error:
        raise _refusal(str(error)) from error
    try:
        parser.close()
    except MultipartError as error:
        raise _refusal("it ends before its closing boundary") from error
    return body


def _require_boundary(raw: bytes, boundary: bytes) -> None:
    if not boundary:
        raise _refusal("the Content-Type names no boundary")
    if len(boundary) > _LONGEST_BOUNDARY:
        raise _refusal(f"the boundary is over {_LONGEST_BOUNDARY} bytes")
    if not raw.lstrip(b"\r\n").startswith(b"--" + boundary):
        raise _refusal("it does not begin with the boundary that the Content-Type names")


def _parts(parser: PushMultipartParser, raw: bytes) -> Iterator[Part]:
    """The parts of a complete form, so that each has at most one piece of content."""
    part: MultipartSegment | None = None
    content = b""
    for event in parser.parse(raw):
        if isinstance(event, MultipartSegment):
            part, content = event, b""
        elif event is not None:
            content = bytes(event)
        elif part is not None:
            yield part, content


def _body(parts: Iterator[Part], limits: BodyLimits) -> Body:
    fields: dict[str, Any] = {}
    files: dict[str, Upload] = {}
    repeated: set[str] = set()
    for number, (part, content) in enumerate(parts, 1):
        if number > limits.parts:
            raise _refusal(f"it has more than {limits.parts} parts")
        name = _text("a field's name", (part.name or "").encode("latin-1"))
        if name in fields or name in files:
            repeated.add(name)
        kind = part.content_type or ""
        if part.filename is None and not kind.startswith(_FILE_TYPES):
            if len(content) > limits.field:
                raise _refusal(f"the text of '{name[:80]}' is over {limits.field} bytes")
            fields[name] = _text(name, content)
        else:
            filename = (part.filename or "").encode("latin-1").decode("utf-8", "replace")
            files[name] = Upload(filename, kind, content)
    return Body(fields, files, frozenset(repeated))


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refusal(f"the text of '{name[:80]}' is not UTF-8") from error


def _refusal(why: str) -> ApiError:
    return ApiError(INVALID_MULTIPART, f"The request body is not a valid form: {why}.")
