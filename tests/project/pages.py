"""The Markdown pages of this project: which there are, their anchors, links and inline code."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.project.source import PACKAGES, ROOT, files

PAGES = tuple(path for path in files() if path.suffix == ".md")
_PUNCTUATION = re.compile(r"[^\w\- ]")
_OWN = re.compile(
    rf"(?:{'|'.join((*PACKAGES, 'tests', 'benchmarks', 'examples'))})(?:/[\w./-]*|(?:\.\w+)+)"
)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def title(page: Path) -> str:
    """A page's path within the project, which names it in tests and messages."""
    return page.relative_to(ROOT).as_posix()


def anchors(text: str) -> set[str]:
    """The anchors of a text's headings, as GitHub and the site make them."""
    found: set[str] = set()
    for above, token in _pairs(text):
        if above is not None and above.type == "heading_open":
            plain = "".join(child.content for child in token.children or ())
            slug = _PUNCTUATION.sub("", plain.strip().lower()).replace(" ", "-")
            # A heading that occurs again gets a number.
            count = sum(1 for each in found if re.fullmatch(rf"{re.escape(slug)}(-\d+)?", each))
            found.add(f"{slug}-{count}" if count else slug)
    return found


def links(text: str) -> Iterator[str]:
    """The targets of a text's links and pictures."""
    for token in _inline(text):
        target = token.attrGet("href") if token.type == "link_open" else token.attrGet("src")
        if token.type in ("link_open", "image"):
            yield str(target)


def inline_code(text: str) -> Iterator[str]:
    """What stands between backticks within sentences and tables."""
    for token in _inline(text):
        if token.type == "code_inline":
            yield token.content


def broken_links(page: Path, text: str) -> Iterator[str]:
    """The links of a page that lead to no file of the project, or to no heading of its page."""
    for link in links(text):
        if _ELSEWHERE.match(link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.is_file():
            yield f"{title(page)}: {link}: there is no such file"
        elif anchor and anchor not in anchors(
            text if target == page else target.read_text(encoding="utf-8")
        ):
            yield f"{title(page)}: {link}: there is no such heading"


def missing_paths(text: str) -> Iterator[str]:
    """The paths and modules of this project that a text names and that do not exist.

    Names of what an example writes (`<!-- file: PATH -->`) exist.
    """
    for code in inline_code(text):
        if not _OWN.fullmatch(code) or f"<!-- file: {code} -->" in text:
            continue
        path = ROOT / (code if "/" in code else code.replace(".", "/"))
        # A dotted name may end with an object of the module.
        if not any(each.exists() for each in (path, path.with_suffix(".py"), *_owner(code, path))):
            yield code


def _owner(code: str, path: Path) -> Iterator[Path]:
    if "/" not in code:
        yield path.parent.with_suffix(".py")


def _pairs(text: str) -> Iterator[tuple[Token | None, Token]]:
    above = None
    for token in MarkdownIt().enable("table").parse(text):
        yield above, token
        above = token


def _inline(text: str) -> Iterator[Token]:
    for _, token in _pairs(text):
        yield from token.children or ()
