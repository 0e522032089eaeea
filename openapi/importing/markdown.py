"""Raw documentation pages: the OpenAPI documents that a file holds. Reads no YAML.

A file is Markdown with one fenced block a page, or one document without anything around it. Also
states what a document must be once it has been read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from openapi.documents.located import Located
from openapi.documents.places import METHODS
from openapi.errors import SpecError, read_named

# In bytes; the largest page known has not a tenth of it.
PAGE_LIMIT = 1024 * 1024
_OPENING = re.compile(r"^ {0,3}(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>[^\s`{]*)")
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(?P<text>.*)$")
_DOCUMENT = re.compile(r"""\s*(?:\{\s*)?["']?(?:openapi|swagger)["']?\s*:""")
# Languages of a block that may hold a document; a block may also name none.
_YAML = frozenset({"yaml", "yml"})
_LANGUAGES = _YAML | {"json", "openapi", ""}
_DOCUMENT_FILES = frozenset({".yaml", ".yml", ".json"})
_BLOCK_SCALAR = re.compile(r"(?:^|[:\-]\s+)[|>][-+0-9]{0,2}\s*$")
_ENTRY = re.compile(r"^ +(?:- +)*[\w'\"/{}.$-]+:(?:\s|$)")
# A character outside the basic plane as JSON escapes it, which YAML does not read.
_PAIR = re.compile(r"\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE)
_VERSION = re.compile(r"^3\.[01](?:\.\d+)?$")
_EXPORT = "export the page again as Markdown with its OpenAPI 3.0 block"


@dataclass(frozen=True, slots=True)
class RawPage:
    """One document of a file.

    Attributes:
        first_line: the line of the file on which the document's text starts.
        heading: the last heading above it, which distinguishes the pages of one file.
    """

    path: Path
    text: str
    first_line: int
    heading: str = ""


@dataclass(frozen=True, slots=True)
class _Block:
    """A fenced block; ``opened_on`` is the line of its fence and ``end`` the one behind it."""

    language: str
    opened_on: int
    lines: list[str]
    closed: bool
    end: int

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    @property
    def is_document(self) -> bool:
        return self.language in _LANGUAGES and bool(_DOCUMENT.match(_without_comments(self.lines)))


def read_pages(path: Path) -> list[RawPage]:
    """Find the documents of a file.

    Raises:
        SpecError: the file cannot be read or is not UTF-8, or it holds no document, an empty one,
            or one whose fence is never closed.
    """
    text = _text(path)
    if not text.strip():
        raise _refusal(path, 1, "the document is empty", "name a file that has something in it")
    return find_pages(text, path)


def find_pages(text: str, path: Path) -> list[RawPage]:
    """Find the documents in the text of a file; ``path`` is the one that errors name."""
    lines = text.split("\n")
    if path.suffix.casefold() in _DOCUMENT_FILES or _DOCUMENT.match(_without_comments(lines)):
        return [RawPage(path, _with_characters(text), 1)]
    blocks = _blocks(lines)
    documents = [block for block in blocks if block.is_document]
    documents = documents or [block for block in blocks if block.language in _YAML][:1]
    for block in documents:
        if not block.closed:
            why = "the fence of the OpenAPI block is never closed"
            raise _refusal(path, block.opened_on, why, "close it")
        if not any(line.strip() for line in block.lines):
            raise _refusal(path, block.opened_on, "the YAML block is empty", _EXPORT)
    if not documents:
        raise _refusal(path, 1, "no fenced block holds an OpenAPI document", _EXPORT)
    return [
        RawPage(
            path,
            _with_characters(block.text),
            block.opened_on + 1,
            _heading_above(lines, block.opened_on),
        )
        for block in documents
    ]


def check_openapi(document: Located) -> None:
    """Hold a document to OpenAPI 3.0 or 3.1 with at least one operation.

    Raises:
        SpecError: it is not; the line is that of the raw page.
    """
    data, path = document.data, Path(document.file)
    if not isinstance(data, dict):
        raise _refusal(path, document.first_line, "the block is no mapping", _EXPORT)
    for key in ("swagger", "openapi"):
        if key in data and not _VERSION.match(str(data[key])):
            why = f"it is {key} {data[key]}, and only OpenAPI 3.0 and 3.1 are read"
            raise _refusal(path, document.line((key,)), why, "convert it to OpenAPI 3.0")
    if "openapi" not in data:
        raise _refusal(path, document.first_line, "the key 'openapi' is missing", _EXPORT)
    paths = data.get("paths")
    if not isinstance(paths, dict) or not paths:
        line = document.line(("paths",)) if "paths" in data else document.first_line
        raise _refusal(path, line, "it describes no path", _EXPORT)
    _check_items(document, path)


def _check_items(document: Located, path: Path) -> None:
    for name, item in document.data["paths"].items():
        operations = [
            item[method] for method in METHODS if isinstance(item, dict) and method in item
        ]
        if not operations or not all(isinstance(operation, dict) for operation in operations):
            line = document.line(("paths", name))
            raise _refusal(path, line, f"the path {name!r} holds no operation", _EXPORT)


def _text(path: Path) -> str:
    # A character that YAML does not allow is reported with its line, once the block is read.
    markdown = path.suffix.casefold() not in _DOCUMENT_FILES
    return read_named(path, PAGE_LIMIT, zeros=markdown).replace("\r\n", "\n").replace("\r", "\n")


def _without_comments(lines: Sequence[str]) -> str:
    """The first two lines that say something."""
    meaningful = (
        line for line in lines if line.strip() and not line.lstrip().startswith(("#", "---"))
    )
    return "\n".join(line for line, _ in zip(meaningful, range(2), strict=False))


def _with_characters(text: str) -> str:
    """The text with escaped pairs of surrogates as the characters that they stand for."""
    if "\\ud" not in text.casefold():
        return text
    return _PAIR.sub(lambda found: _character(int(found[1], 16), int(found[2], 16)), text)


def _character(high: int, low: int) -> str:
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


def _heading_above(lines: Sequence[str], opened_on: int) -> str:
    """The first heading between the block before and this one, else an empty text."""
    found = ""
    for at in range(opened_on - 2, -1, -1):
        if _OPENING.match(lines[at]):
            break
        heading = _HEADING.match(lines[at])
        found = heading["text"].strip() if heading else found
    return found


def _blocks(lines: list[str]) -> list[_Block]:
    found: list[_Block] = []
    at = 0
    while at < len(lines):
        opening = _OPENING.match(lines[at])
        if opening is None:
            at += 1
            continue
        block = _block(lines, at, opening)
        found.append(block)
        at = block.end
    return found


def _block(lines: list[str], at: int, opening: re.Match[str]) -> _Block:
    """The block that is opened on line ``at``, counted from 0."""
    language, fence = opening["language"].casefold(), opening["fence"]
    closing = re.compile(rf"^ {{0,3}}{fence[0]}{{{len(fence)},}}[ \t]*$")
    held: list[str] = []
    here = at + 1
    while here < len(lines):
        inner = _inner_block(lines, here, held)
        if inner:
            held += inner
            here += len(inner)
        elif closing.match(lines[here]):
            return _Block(language, at + 1, held, closed=True, end=here + 1)
        else:
            held.append(lines[here])
            here += 1
    return _Block(language, at + 1, held, closed=False, end=here)


def _inner_block(lines: list[str], at: int, above: Sequence[str]) -> list[str]:
    """The lines of a fenced block within a text of a document, indented as that text is.

    An exporter that writes a description as it is puts its fences at the start of a line. Such a
    fence follows a line of a block scalar, and the document goes on behind the one that closes it.
    """
    opening = _OPENING.match(lines[at])
    indent = _scalar_indent(above) if opening else None
    if opening is None or indent is None:
        return []
    fence = opening["fence"]
    closing = re.compile(rf"^ {{0,3}}{fence[0]}{{{len(fence)},}}[ \t]*$")
    for end in range(at + 1, len(lines)):
        if closing.match(lines[end]):
            after = next((lines[n] for n in range(end + 1, len(lines)) if lines[n].strip()), "")
            goes_on = _indent(after) >= indent or _ENTRY.match(after)
            return [" " * indent + line for line in lines[at : end + 1]] if goes_on else []
        if _DOCUMENT.match(lines[end]):
            return []
    return []


def _scalar_indent(above: Sequence[str]) -> int | None:
    """The indentation of the block scalar that the last line belongs to; None for another line."""
    shown = [line for line in above[-200:] if line.strip()]
    if not shown:
        return None
    indent = _indent(shown[-1])
    for line in reversed(shown):
        if _indent(line) < indent:
            return indent if _BLOCK_SCALAR.search(line) else None
    return None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _refusal(path: Path, line: int, why: str, remedy: str) -> SpecError:
    return SpecError(
        what="not a documentation page", where=str(path), line=line, why=why, remedy=remedy
    )
