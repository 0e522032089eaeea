"""Holds finding the documents of a file, and what such a document must be."""

from pathlib import Path

import pytest

from openapi.documents.located import parse
from openapi.errors import SpecError
from openapi.importing.markdown import check_openapi, find_pages, read_pages
from tests.openapi.page_texts import RAW_YAML, markdown, write

BLOCK = "openapi: 3.0.1\nb: 2\n"
JSON = '{"openapi": "3.0.1", "b": 2}\n'


@pytest.mark.parametrize(
    "text",
    [
        markdown(BLOCK),
        markdown(BLOCK, language="yml"),
        markdown(BLOCK, language="YAML"),
        markdown(BLOCK, language=" yaml title=x"),
        markdown(BLOCK, language=""),
        markdown(BLOCK, fence="~~~~"),
        "\ufeff" + markdown(BLOCK),
        markdown(BLOCK).replace("\n", "\r\n"),
        markdown(BLOCK).replace("\n", "\r"),
        markdown(BLOCK) + "```json\n{}\n```\n",
        markdown(BLOCK) + "```yaml\nname: a setting of something else\n```\n",
    ],
)
def test_the_block_is_found_with_its_first_line(tmp_path: Path, text: str) -> None:
    """Any fence, any name for YAML or none, any line end, and other blocks give the same page."""
    (raw,) = read_pages(write(tmp_path, text))

    assert (raw.text, raw.first_line) == (BLOCK, 5)


def test_a_block_may_be_json(tmp_path: Path) -> None:
    """A document is the same in JSON, marked as such or not."""
    for language in ("json", ""):
        (raw,) = read_pages(write(tmp_path, markdown(JSON, language=language)))

        assert (raw.text, raw.first_line) == (JSON, 5)


def test_json_may_escape_any_character(tmp_path: Path) -> None:
    """A pair of surrogates is the one character that it stands for."""
    (raw,) = read_pages(write(tmp_path, markdown('{"openapi": "\\ud83d\\ude00"}\n')))

    assert raw.text == '{"openapi": "\U0001f600"}\n'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("page.yaml", BLOCK),
        ("page.json", JSON),
        ("page.txt", f"# a comment\n---\n{BLOCK}"),
        ("page.md", '{\n  "swagger": "2.0"}\n'),
    ],
)
def test_a_file_may_be_the_document_alone(tmp_path: Path, name: str, text: str) -> None:
    """Without anything around it, the document starts on the first line."""
    (raw,) = read_pages(write(tmp_path, text, name))

    assert (raw.text, raw.first_line) == (text, 1)


def test_every_document_of_a_file_is_a_page(tmp_path: Path) -> None:
    """Each has its first line and the heading of its own part of the file."""
    text = "Intro\n" + "".join(f"# {name}\n## Spec\n```yaml\n{BLOCK}```\n" for name in "ab")

    pages = read_pages(write(tmp_path, text))

    assert [(page.heading, page.first_line) for page in pages] == [("a", 5), ("b", 11)]


def test_a_fence_within_a_value_closes_nothing() -> None:
    """A fence that is indented as the value is does not end the block."""
    block = "openapi: |\n      ```\n      x\n"

    (raw,) = find_pages(markdown(block), Path("page.md"))

    assert raw.text == block


@pytest.mark.parametrize("opening", ["```", "```bash"])
def test_a_fence_at_the_margin_of_a_description_closes_nothing(opening: str) -> None:
    """A block within a text goes on behind its own fence; it is indented as the text is."""
    block = f"openapi: 3.0.1\ninfo:\n  description: |\n    So:\n\n{opening}\ncurl\n```\n\n    x\n"

    (raw,) = find_pages(markdown(block), Path("page.md"))

    assert parse(raw.text, "page.md").data["info"]["description"] == (
        f"So:\n\n{opening}\ncurl\n```\n\nx\n"
    )
    assert raw.text.count("\n") == block.count("\n")


def test_a_description_at_the_end_of_a_block_ends_with_it() -> None:
    """The fence that closes the block is taken for it, whatever follows in the file."""
    block = "openapi: 3.0.1\ninfo:\n  description: |\n    So\n"

    (raw,) = find_pages(markdown(block) + "```\n  curl\n```\n  Indented\n", Path("page.md"))

    assert raw.text == block


REFUSED = (
    ("# Nothing here\n", 1, "no fenced block"),
    (markdown("{}\n", language="json"), 1, "no fenced block"),
    ("# Page\n```yaml\nopenapi: 3.0.1\n", 2, "never closed"),
    (markdown(BLOCK, fence="````").replace("````\n\nThe", "```\n\nThe"), 4, "never closed"),
    (markdown("\n  \n"), 4, "empty"),
)


@pytest.mark.parametrize(("text", "line", "why"), REFUSED)
def test_a_page_without_a_document_is_refused(
    tmp_path: Path, text: str, line: int, why: str
) -> None:
    """None, an open or an empty block are reported with the line of the page."""
    path = write(tmp_path, text)

    with pytest.raises(SpecError, match=why) as refusal:
        read_pages(path)
    assert (refusal.value.where, refusal.value.line) == (str(path), line)


def test_a_page_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    """The line of the first byte that is no UTF-8 is reported."""
    path = tmp_path / "page.md"
    path.write_bytes(b"# Page\n\xff\n")

    with pytest.raises(SpecError, match="not UTF-8") as refusal:
        read_pages(path)
    assert refusal.value.line == 2


def test_a_missing_page_is_refused(tmp_path: Path) -> None:
    """A path that leads nowhere is reported as a refusal."""
    with pytest.raises(SpecError, match=r"absent\.md:1"):
        read_pages(tmp_path / "absent.md")


NOT_OPENAPI = (
    ("- a\n", 5, "no mapping"),
    ("openapi: 3.2.0\n", 5, "openapi 3.2.0"),
    ("info: {}\nswagger: '2.0'\n", 6, "swagger 2.0"),
    ("info: {}\n", 5, "'openapi' is missing"),
    ("openapi: 3.0.3\n", 5, "no path"),
    ("openapi: 3.0.3\npaths: {}\n", 6, "no path"),
    ("openapi: 3.0.3\npaths:\n  /a: {}\n", 7, "no operation"),
    ("openapi: 3.0.3\npaths:\n  /a: {post: x}\n", 7, "no operation"),
    ("openapi: 3.0.3\npaths:\n  /a: text\n", 7, "no operation"),
)


@pytest.mark.parametrize(("block", "line", "why"), NOT_OPENAPI)
def test_only_openapi_3_with_operations_is_taken(block: str, line: int, why: str) -> None:
    """Another version, or a document without operations, is reported with the line of the page."""
    with pytest.raises(SpecError, match=why) as refusal:
        check_openapi(parse(block, "page.md", first_line=5))
    assert refusal.value.line == line


@pytest.mark.parametrize("version", ["3.0.4", "3.1.0", "3.1"])
def test_an_openapi_document_is_taken(version: str) -> None:
    """Any 3.0 or 3.1 version with an operation passes."""
    block = RAW_YAML.replace("(allowed values:", "(allowed values")

    check_openapi(parse(block.replace("3.0.1", version), "page.md"))
