"""Holds documented pages: where their facts stand and where their references lead."""

from pathlib import Path

import pytest

from openapi.errors import SpecError
from openapi.pages.documented import load_pages
from tests.openapi.samples import data, page, write, write_page

REFERRING = data("a: {$ref: '#/b'}\nb: {$ref: '#/list/1'}\nlist: [0, {c~d/e: {f: 1}}]")


def test_a_folder_is_read_in_the_order_of_its_files(tmp_path: Path) -> None:
    """Each page has its name, its file and the lines of its facts."""
    for name in ("b", "a", "a-b"):
        write_page(tmp_path, name, {"/a": {"post": {}}})
    pages = load_pages(tmp_path)

    assert [found.name for found in pages] == ["a-b", "a", "b"]
    assert pages[1].cite(("paths", "/a", "post")) == "a:6"
    assert pages[1].at(("paths", "/a")) == {"post": {}}


def test_other_files_of_the_folder_are_let_be(tmp_path: Path) -> None:
    """Notes beside the pages are no pages."""
    write_page(tmp_path, "a", {"/a": {"post": {}}})
    write(tmp_path / "notes.md", "hello")

    assert [found.name for found in load_pages(tmp_path)] == ["a"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("openapi: 3.0.1\npaths: {}", "x-page"),
        ("x-page: [a]\npaths: {}", "x-page"),
        ("x-page: a", "paths"),
        ("- a", "x-page"),
        ("x-page: other\npaths: {}", "belongs in other.yaml"),
    ],
)
def test_a_file_that_is_no_page_is_refused(tmp_path: Path, text: str, why: str) -> None:
    """Whatever lies there as YAML must be a page, under the page's own name."""
    path = write(tmp_path / "a.yaml", text)
    with pytest.raises(SpecError, match=why) as caught:
        load_pages(tmp_path)

    assert caught.value.where == str(path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    """A contract of no page is a mistake in the folder's name."""
    with pytest.raises(SpecError, match="holds no documented page"):
        load_pages(tmp_path)


def test_references_are_followed_through_lists_and_signs() -> None:
    """A pointer may count items and spell strokes and tildes as JSON pointers do."""
    found = page("a", {}, **REFERRING, deep={"$ref": "#/list/1/c~0d~1e"})

    assert found.follow(("a",)) == ("list", 1)
    assert found.follow(("deep",)) == ("list", 1, "c~d/e")
    assert found.follow(("list",)) == ("list",)


@pytest.mark.parametrize("target", ["#/nope", "#/list/7", "#/list/x", "#/a/b", "#b", "c.yaml#/b"])
def test_a_reference_to_nothing_is_reported_by_its_line(target: str) -> None:
    """The error names the page's file and the line of the reference."""
    found = page("a", {}, **REFERRING, lost={"$ref": target})
    with pytest.raises(SpecError) as caught:
        found.follow(("lost",))

    assert caught.value.where == "a.yaml"
    assert caught.value.line == found.line(("lost",))
    assert target in caught.value.why


def test_references_in_a_ring_are_reported() -> None:
    """Two references to each other lead nowhere."""
    found = page("a", {}, x={"$ref": "#/y"}, y={"$ref": "#/x"})
    with pytest.raises(SpecError, match="back to itself"):
        found.follow(("x",))
