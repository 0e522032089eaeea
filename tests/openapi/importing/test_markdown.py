"""Holds finding the one YAML block of a page, and what that block must be."""

from pathlib import Path

import pytest

from openapi.documents.located import parse
from openapi.errors import SpecError
from openapi.importing.markdown import check_openapi, find_block, read_page
from tests.openapi.page_texts import RAW_YAML, markdown, write

BLOCK = "a: 1\nb: 2\n"


@pytest.mark.parametrize(
    "text",
    [
        markdown(BLOCK),
        markdown(BLOCK, language="yml"),
        markdown(BLOCK, language="YAML"),
        markdown(BLOCK, language=" yaml title=x"),
        markdown(BLOCK, fence="~~~~"),
        "\ufeff" + markdown(BLOCK),
        markdown(BLOCK).replace("\n", "\r\n"),
        markdown(BLOCK).replace("\n", "\r"),
        markdown(BLOCK) + "```json\n{}\n```\n",
    ],
)
def test_the_block_is_found_with_its_first_line(tmp_path: Path, text: str) -> None:
    """Any fence, either name for YAML, any line end and a byte order mark give the same block."""
    raw = read_page(write(tmp_path, text))

    assert (raw.text, raw.first_line) == (BLOCK, 5)


def test_a_fence_within_a_value_closes_nothing() -> None:
    """Only a fence at the margin ends the block."""
    block = "a: |\n      ```\n      x\n"

    assert find_block(markdown(block), Path("page.md")).text == block


REFUSED = (
    ("# Nothing here\n", 1, "no fenced block"),
    (markdown(BLOCK, language="json"), 1, "no fenced block"),
    (markdown(BLOCK) + "```yml\nc: 3\n```\n", 10, "second YAML block"),
    ("# Page\n```yaml\na: 1\n", 2, "never closed"),
    (markdown(BLOCK, fence="````").replace("````\n\nThe", "```\n\nThe"), 4, "never closed"),
    (markdown("\n  \n"), 4, "empty"),
)


@pytest.mark.parametrize(("text", "line", "why"), REFUSED)
def test_a_page_without_exactly_one_block_is_refused(
    tmp_path: Path, text: str, line: int, why: str
) -> None:
    """None, two, an open or an empty block are told with the line of the page."""
    path = write(tmp_path, text)

    with pytest.raises(SpecError, match=why) as refusal:
        read_page(path)
    assert (refusal.value.where, refusal.value.line) == (str(path), line)


def test_a_page_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    """The line of the first byte that is no UTF-8 is told."""
    path = tmp_path / "page.md"
    path.write_bytes(b"# Page\n\xff\n")

    with pytest.raises(SpecError, match="not UTF-8") as refusal:
        read_page(path)
    assert refusal.value.line == 2


def test_a_missing_page_is_refused(tmp_path: Path) -> None:
    """A path that leads nowhere is told as a refusal."""
    with pytest.raises(SpecError, match=r"absent\.md:1"):
        read_page(tmp_path / "absent.md")


NOT_OPENAPI = (
    ("- a\n", 5, "no mapping"),
    ("openapi: 3.1.0\n", 5, "openapi 3.1.0"),
    ("info: {}\nswagger: '2.0'\n", 6, "swagger 2.0"),
    ("info: {}\n", 5, "'openapi' is missing"),
    ("openapi: 3.0.3\n", 5, "no path"),
    ("openapi: 3.0.3\npaths: {}\n", 6, "no path"),
    ("openapi: 3.0.3\npaths:\n  /a: {}\n", 7, "no operation"),
    ("openapi: 3.0.3\npaths:\n  /a: {post: x}\n", 7, "no operation"),
    ("openapi: 3.0.3\npaths:\n  /a: text\n", 7, "no operation"),
)


@pytest.mark.parametrize(("block", "line", "why"), NOT_OPENAPI)
def test_only_openapi_3_0_with_operations_is_taken(block: str, line: int, why: str) -> None:
    """Another version, or a document without operations, is told with the line of the page."""
    with pytest.raises(SpecError, match=why) as refusal:
        check_openapi(parse(block, "page.md", first_line=5))
    assert refusal.value.line == line


def test_an_openapi_3_0_document_is_taken() -> None:
    """Any 3.0 version with an operation passes."""
    block = RAW_YAML.replace("(allowed values:", "(allowed values")

    check_openapi(parse(block.replace("3.0.1", "3.0.4"), "page.md"))
