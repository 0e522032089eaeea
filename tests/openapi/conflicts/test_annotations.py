"""Holds notes: complete, tied to a place that exists, reported with the line of that place."""

from pathlib import Path

import pytest

from openapi.conflicts.annotations import ANNOTATIONS, find_annotations, load_annotations
from openapi.errors import SpecError
from tests.openapi.page_texts import clean, documented, write

NOTE = """\
- rule: odd-size
  page: a
  pointer: /paths/~1v1~1videos/post/requestBody/content/multipart~1form-data/schema/properties/size
  text: has no unit
  settled: It counts pixels.
  source: a reader
  standing: inferred
"""


def _notes(folder: Path, text: str = NOTE) -> Path:
    return write(folder, text, "remarks.yaml")


def test_a_note_is_reported_with_the_line_of_its_place(tmp_path: Path) -> None:
    """The row names operation, field and line, and how far the note is proved."""
    pages = documented(tmp_path / "pages", clean())

    (conflict,) = find_annotations(pages, _notes(tmp_path))

    text = pages[0].path.read_text().splitlines()[conflict.claims[0].line - 1]
    assert (conflict.operation, conflict.field) == ("POST /v1/videos", "size")
    assert conflict.found == "remark"
    assert conflict.settled == "It counts pixels. Source: a reader (inferred)."
    assert text.strip() == "size:"


def test_a_note_on_an_absent_page_is_left_out(tmp_path: Path) -> None:
    """Another folder of pages need not have the pages of the notes."""
    pages = documented(tmp_path / "pages", clean())
    annotations = _notes(tmp_path, NOTE.replace("page: a", "page: z"))

    assert list(find_annotations(pages, annotations)) == []


def test_a_note_that_lost_its_place_is_an_error(tmp_path: Path) -> None:
    """A page that changed under a note is reported with the line of the note."""
    pages = documented(tmp_path / "pages", clean())
    annotations = _notes(tmp_path, NOTE + NOTE.replace("properties/size", "properties/gone"))

    with pytest.raises(SpecError, match=r"remarks\.yaml:8: .* page a has nothing at"):
        list(find_annotations(pages, annotations))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (NOTE.replace("  text: has no unit\n", ""), "text is missing"),
        (NOTE.replace("text: has no unit", "text: 3"), "text is missing or not text"),
        (NOTE.replace("inferred", "likely"), "neither verified nor inferred"),
        ("- just words\n", "rule, page"),
        ("rule: x\n", "not a list"),
    ],
)
def test_a_note_that_is_incomplete_is_an_error(tmp_path: Path, text: str, why: str) -> None:
    """Every part must be there, and the standing must be one of two."""
    with pytest.raises(SpecError, match=why):
        load_annotations(_notes(tmp_path, text))


def test_the_shipped_notes_are_read() -> None:
    """The file of the package is complete, and each note has an id of its own."""
    rules = [annotation.rule for annotation in load_annotations(ANNOTATIONS)]

    assert len(rules) == len(set(rules)) > 0
