"""Parses multipart/form-data in memory; strict, because a lenient parser hides a client's bug."""

from typing import TYPE_CHECKING, Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from mock_server.errors import INVALID_MULTIPART, ApiError
from mock_server.exchange import Body, Upload
from mock_server.limits import BodyLimits

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_USUAL = BodyLimits()
# A file need not have a name (RFC 7578, 4.2); a part of these types is one all the same.
_FILE_TYPES = ("image/", "video/", "application/octet-stream")
_LONGEST_HEADERS = 16 * 1024


class _Collector:
    """Takes the parser's callbacks and gathers parts."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.parts: list[tuple[dict[bytes, bytes], bytes]] = []
        self.complete = False
        self._headers: dict[bytes, bytes] = {}
        self._name = bytearray()
        self._value = bytearray()
        self._body = bytearray()
        self._header_bytes = 0

    def callbacks(self) -> "MultipartCallbacks":
        """The callbacks by the parser's names."""
        return {
            "on_part_begin": self._part_begin,
            "on_part_data": self._part_data,
            "on_part_end": self._part_end,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_end": self._end,
        }

    def _part_begin(self) -> None:
        if len(self.parts) >= self._most:
            raise _refusal(f"it has more than {self._most} parts")
        self._headers = {}
        self._body = bytearray()
        self._header_bytes = 0

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        self._body += data[start:end]

    def _part_end(self) -> None:
        self.parts.append((self._headers, bytes(self._body)))

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._grow(end - start)
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._grow(end - start)
        self._value += data[start:end]

    def _grow(self, count: int) -> None:
        self._header_bytes += count
        if self._header_bytes > _LONGEST_HEADERS:
            raise _refusal("the headers of a part are too long")

    def _header_end(self) -> None:
        self._headers[bytes(self._name).lower()] = bytes(self._value)
        self._name, self._value = bytearray(), bytearray()

    def _end(self) -> None:
        self.complete = True


def parse_form(raw: bytes, boundary: bytes, limits: BodyLimits = _USUAL) -> Body:
    """The form's text fields and files; of a repeated field the last, and its name.

    Raises:
        ApiError: 400 when the boundary is missing or wrong, a part has no name, a text is not
            UTF-8 or too long, there are too many parts, or the form ends early.
    """
    if not boundary:
        raise _refusal("the Content-Type names no boundary")
    collector = _Collector(limits.parts)
    try:
        parser = MultipartParser(boundary, collector.callbacks())
        parser.write(raw)
        parser.finalize()
    except FormParserError as error:
        raise _refusal(str(error)) from error
    if not collector.complete:
        raise _refusal("it ends before its closing boundary, or the boundary is not the one named")
    return _body(collector.parts, limits.field)


def _body(parts: list[tuple[dict[bytes, bytes], bytes]], longest: int) -> Body:
    fields: dict[str, Any] = {}
    files: dict[str, Upload] = {}
    repeated: set[str] = set()
    for headers, content in parts:
        name, filename = _disposition(headers)
        if name in fields or name in files:
            repeated.add(name)
        kind = headers.get(b"content-type", b"text/plain").decode("latin-1").lower()
        if filename is None and not kind.startswith(_FILE_TYPES):
            if len(content) > longest:
                raise _refusal(f"the text of '{name[:80]}' is over {longest} bytes")
            fields[name] = _text(name, content)
        else:
            files[name] = Upload(filename or "", kind, content)
    return Body(fields, files, frozenset(repeated))


def _disposition(headers: dict[bytes, bytes]) -> tuple[str, str | None]:
    _, options = parse_options_header(headers.get(b"content-disposition"))
    if b"name" not in options:
        raise _refusal("a part has no name in its Content-Disposition")
    filename = options.get(b"filename")
    name = _text("a field's name", options[b"name"])
    return name, None if filename is None else filename.decode("utf-8", "replace")


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refusal(f"the text of '{name}' is not UTF-8") from error


def _refusal(why: str) -> ApiError:
    return ApiError(INVALID_MULTIPART, f"The request body is not a valid form: {why}.")
