"""Holds importing: facts exact, all pages or none, and a report of what was done."""

from pathlib import Path

import pytest

from openapi import DOCUMENTED
from openapi.documents.changes import Change
from openapi.documents.located import load
from openapi.documents.writing import dump
from openapi.errors import SpecError
from openapi.importing.importer import import_pages, prepare_import
from openapi.importing.repair import Repair
from openapi.importing.wording import Wording, digest
from tests.openapi.page_texts import RAW_YAML, markdown, write

FIELD = ("paths", "/v1/clips", "post", "requestBody", "content", "multipart/form-data", "schema")
WORDING = Wording({digest("Make a clip from an image"): "Our title"}, {"api-77": "clip-image"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for documented pages that does not exist yet."""
    return tmp_path / "documented"


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_page_becomes_a_file_named_by_the_wording(tmp_path: Path, folder: Path) -> None:
    """The file says which page it is, what was repaired where, and our title."""
    page = write(tmp_path, markdown(RAW_YAML))

    report = import_pages([page], folder, wording=WORDING)

    data = load(folder / "clip-image.yaml").data
    where = "/paths/~1v1~1clips/post/requestBody/content/multipart~1form-data"
    what = "quoted the value of description, which holds a colon before a blank"
    assert list(data)[:4] == ["openapi", "x-page", "x-repairs", "info"]
    assert data["x-page"] == "clip-image"
    assert data["x-repairs"] == [
        {"line": 20, "what": what, "at": f"{where}/schema/properties/length/description"}
    ]
    assert report.pages[0].repairs == (Repair(20, what),)
    assert data["paths"]["/v1/clips"]["post"]["summary"] == "Our title"


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ((*FIELD, "properties", "size", "example"), 24),
        ((*FIELD, "properties", "length", "x-prose"), 19),
    ],
    ids=["a fact", "what the import added"],
)
def test_an_error_about_a_kept_page_is_at_the_line_of_the_raw_one(
    tmp_path: Path, folder: Path, place: tuple[str, ...], line: int
) -> None:
    """Who has to correct it finds it in their own file, or else the part that it belongs to."""
    page = write(tmp_path, markdown(RAW_YAML))
    prepared = prepare_import([page], folder, wording=WORDING)
    prepared.write()
    kept = folder / "clip-image.yaml"
    found = prepared.at_origin(
        SpecError(what="a", where=str(kept), line=load(kept).line(place), why="b", remedy="c")
    )

    assert (found.where, found.line) == (str(page), line)


def test_an_error_about_another_file_stays_there(tmp_path: Path, folder: Path) -> None:
    """The overlay, say."""
    prepared = prepare_import([write(tmp_path, markdown(RAW_YAML))], folder, wording=WORDING)
    error = SpecError(what="a", where="overlay.yaml", line=3, why="b", remedy="c")

    assert prepared.at_origin(error) is error


def test_facts_are_kept_and_those_of_the_prose_added(tmp_path: Path, folder: Path) -> None:
    """Types, examples and required lists are the page's, listed values stand beside the text."""
    import_pages([write(tmp_path, markdown(RAW_YAML))], folder, wording=WORDING)

    schema = load(folder / "clip-image.yaml").data
    for step in FIELD:
        schema = schema[step]
    assert schema["required"] == ["length"]
    assert schema["properties"]["size"] == {"example": "16x9", "type": "string"}
    assert schema["properties"]["length"]["x-prose"] == {"allowed": ["4", "8"]}


def test_prose_without_wording_is_kept_and_listed(tmp_path: Path, folder: Path) -> None:
    """The report gives the raw line and the text of what nobody has worded."""
    page = write(tmp_path, markdown(RAW_YAML))

    report = import_pages([page], folder, wording=WORDING)

    assert [(row.line, row.text) for row in report.pages[0].verbatim] == [
        (20, "Length of the clip (allowed values: 4, 8)")
    ]


def test_a_second_import_changes_no_byte(tmp_path: Path, folder: Path) -> None:
    """The same page gives the same bytes, and the report says that nothing changed."""
    page = write(tmp_path, markdown(RAW_YAML))
    first = import_pages([page], folder, wording=WORDING)
    before = _bytes(folder)

    second = import_pages([page], folder, wording=WORDING)

    assert _bytes(folder) == before
    assert [first.pages[0].changes, second.pages[0].changes] == [None, ()]


def test_line_ends_change_no_byte(tmp_path: Path, folder: Path) -> None:
    """A page saved on another system is the same page."""
    import_pages([write(tmp_path, markdown(RAW_YAML))], folder, wording=WORDING)
    before = _bytes(folder)
    windows = "\ufeff" + markdown(RAW_YAML).replace("\n", "\r\n")

    report = import_pages([write(tmp_path, windows)], folder, wording=WORDING)

    assert report.pages[0].changes == ()
    assert _bytes(folder) == before


def test_a_changed_fact_is_reported_with_old_and_new(tmp_path: Path, folder: Path) -> None:
    """A rewritten page keeps its file, and each changed value is a row."""
    import_pages([write(tmp_path, markdown(RAW_YAML))], folder, wording=WORDING)
    rewritten = RAW_YAML.replace("16x9", "9x16")

    report = import_pages([write(tmp_path, markdown(rewritten))], folder, wording=WORDING)

    where = "/paths/~1v1~1clips/post/requestBody/content/multipart~1form-data/schema"
    assert report.pages[0].changes == (Change(f"{where}/properties/size/example", "16x9", "9x16"),)


BROKEN = (
    ("# No block\n", "no fenced block"),
    (markdown(RAW_YAML.replace("3.0.1", "3.2.0")), "only OpenAPI 3.0 and 3.1"),
    (markdown(RAW_YAML.replace("      summary", "\tsummary")), "tab in the indentation"),
    (markdown(RAW_YAML.replace("api-77", "api-78")), "already taken"),
)


@pytest.mark.parametrize(("text", "why"), BROKEN)
def test_one_page_that_is_refused_refuses_all(
    tmp_path: Path, folder: Path, text: str, why: str
) -> None:
    """Nothing is written, neither the sound page before nor the folder."""
    sound = write(tmp_path / "a", markdown(RAW_YAML), "clip.md")
    broken = write(tmp_path / "b", text, "clip.md")

    with pytest.raises(SpecError, match=why):
        import_pages([sound, broken], folder, wording=Wording({}, {}))
    assert not folder.exists()


def test_a_refused_page_leaves_its_file_as_it_was(tmp_path: Path, folder: Path) -> None:
    """A page that broke since the last import changes nothing."""
    import_pages([write(tmp_path, markdown(RAW_YAML))], folder, wording=WORDING)
    before = _bytes(folder)

    with pytest.raises(SpecError):
        import_pages([write(tmp_path, "# Gone\n")], folder, wording=WORDING)
    assert _bytes(folder) == before


@pytest.mark.parametrize("path", sorted(DOCUMENTED.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_pages_are_as_the_command_writes_them(path: Path) -> None:
    """No documented page was edited by hand: writing its data gives its bytes."""
    assert dump(load(path).data) == path.read_text(encoding="utf-8")
