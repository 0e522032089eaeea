"""A raw documentation page: Markdown around one fenced YAML block. Finds the block, reads no YAML.

Also states what the block must be, an OpenAPI 3.0 document, once it has been read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from openapi.documents.located import Located
from openapi.errors import SpecError, read_named

_OPENING = re.compile(r"^ {0,3}(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>[^\s`{]*)")
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# In bytes; the largest page known has not a tenth of it.
PAGE_LIMIT = 1024 * 1024
_YAML = frozenset({"yaml", "yml"})
_EXPORT = "export the page again as Markdown with its OpenAPI 3.0 block"


@dataclass(frozen=True, slots=True)
class RawPage:
    """The YAML block of one page and the line of the page on which the block's text starts."""

    path: Path
    text: str
    first_line: int


@dataclass(frozen=True, slots=True)
class _Block:
    language: str
    opened_on: int
    lines: list[str]
    closed: bool


def read_page(path: Path) -> RawPage:
    """Find the one YAML block of a page.

    Raises:
        SpecError: the file cannot be read or is not UTF-8, or it has no YAML block, several,
            an empty one, or one whose fence is never closed.
    """
    return find_block(_text(path), path)


def find_block(text: str, path: Path) -> RawPage:
    """Find the one YAML block in a page's text; ``path`` is only named in errors."""
    blocks = [block for block in _blocks(text.split("\n")) if block.language in _YAML]
    for block in blocks:
        if not block.closed:
            raise _refusal(
                path, block.opened_on, "the fence of the YAML block is never closed", "close it"
            )
    if not blocks:
        raise _refusal(path, 1, "no fenced block is marked as yaml", _EXPORT)
    if len(blocks) > 1:
        raise _refusal(
            path,
            blocks[1].opened_on,
            f"a second YAML block follows the one of line {blocks[0].opened_on}",
            "keep one operation document a page",
        )
    block = blocks[0]
    if not any(line.strip() for line in block.lines):
        raise _refusal(path, block.opened_on, "the YAML block is empty", _EXPORT)
    return RawPage(path, "\n".join(block.lines) + "\n", block.opened_on + 1)


def check_openapi(document: Located) -> None:
    """Hold the block to OpenAPI 3.0 with at least one operation.

    Raises:
        SpecError: it is anything else; the line is the one of the raw page.
    """
    data, path = document.data, Path(document.file)
    if not isinstance(data, dict):
        raise _refusal(path, document.first_line, "the block is no mapping", _EXPORT)
    for key in ("swagger", "openapi"):
        if key in data and not re.match(r"^3\.0\.\d+$", str(data[key])):
            why = f"it is {key} {data[key]}, and only OpenAPI 3.0.x is read"
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
    # What YAML does not allow is told with its line, once the block is read.
    return read_named(path, PAGE_LIMIT, zeros=True).replace("\r\n", "\n").replace("\r", "\n")


def _blocks(lines: list[str]) -> Iterator[_Block]:
    remaining = iter(enumerate(lines, start=1))
    for number, line in remaining:
        opening = _OPENING.match(line)
        if opening:
            fence = opening["fence"]
            closing = re.compile(rf"^ {{0,3}}{fence[0]}{{{len(fence)},}}[ \t]*$")
            yield _block(opening["language"].casefold(), number, closing, remaining)


def _block(
    language: str, opened_on: int, closing: re.Pattern[str], remaining: Iterator[tuple[int, str]]
) -> _Block:
    lines: list[str] = []
    for _, line in remaining:
        if closing.match(line):
            return _Block(language, opened_on, lines, closed=True)
        lines.append(line)
    return _Block(language, opened_on, lines, closed=False)


def _refusal(path: Path, line: int, why: str, remedy: str) -> SpecError:
    return SpecError(
        what="not a documentation page", where=str(path), line=line, why=why, remedy=remedy
    )
