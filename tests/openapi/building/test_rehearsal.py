"""Holds a re-import: it shows what changes in the contract, all of it and nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from openapi.building.rehearsal import import_and_compare
from openapi.documents.changes import Change
from openapi.errors import SpecError
from openapi.importing.importer import ImportReport
from tests.openapi.samples import write, write_page

PAGE = """\
# Create a clip
```yaml
openapi: 3.0.1
info: {title: '', version: 1.0.0}
paths:
  /v1/clips:
    post:
      summary: Create a clip
      requestBody:
        content:
          multipart/form-data:
            schema:
              type: object
              properties:
                model: {type: string, example: one}
                length: {type: string, example: '4'}
              required: [model]
      responses:
        '200': {description: Fine}
```
"""
FIELDS = "/components/schemas/ClipForm/properties"


@pytest.fixture
def imported(tmp_path: Path) -> Callable[[str], tuple[Change, ...] | None]:
    """Imports a page's text as ``clip`` and returns what that changed in the contract."""

    def run(text: str) -> tuple[Change, ...] | None:
        raw = write(tmp_path / "raw.md", text)
        return import_and_compare([raw], tmp_path / "pages", "clip").contract

    return run


Imported = Callable[[str], tuple[Change, ...] | None]


def test_the_first_page_changes_no_contract(imported: Imported) -> None:
    """Where no contract was there is nothing to compare with."""
    assert imported(PAGE) is None


def test_the_same_page_again_changes_nothing(imported: Imported) -> None:
    """A re-import without a difference has no row."""
    imported(PAGE)

    assert imported(PAGE) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("                model:", "                # a note\n                model:"),
        ("# Create a clip", "# Create a clip\n\nSome words.\n"),
        ("      responses:", "\n\n      responses:"),
        (
            "{type: string, example: one}",
            "\n                  type: string\n                  example: one",
        ),
    ],
)
def test_a_shift_of_lines_changes_nothing(imported: Imported, old: str, new: str) -> None:
    """Citations move with every line above them; that is no change of the contract."""
    imported(PAGE)

    assert imported(PAGE.replace(old, new, 1)) == ()


CHANGES: dict[str, tuple[str, str, list[Change]]] = {
    "a value": (
        "example: one",
        "example: two",
        [Change(f"{FIELDS}/model/example", "one", "two")],
    ),
    "a demand": (
        "required: [model]",
        "required: [model, length]",
        [Change("/components/schemas/ClipForm/required", ["model"], ["model", "length"])],
    ),
    "a new field": (
        "              required",
        "                size: {type: string}\n              required",
        [Change(f"{FIELDS}/size", None, {"type": "string"})],
    ),
    "a lost field": (
        "                length: {type: string, example: '4'}\n",
        "",
        [Change(f"{FIELDS}/length", {"type": "string", "example": "4"}, None)],
    ),
    "another title": (
        "summary: Create a clip",
        "summary: Make a clip",
        [Change("/paths/~1v1~1clips/post/summary", "Create a clip", "Make a clip")],
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_page_shows_exactly_what_changed(imported: Imported, what: str) -> None:
    """Each difference is one row: where, what was, what is."""
    old, new, expected = CHANGES[what]
    imported(PAGE)

    assert list(imported(PAGE.replace(old, new, 1)) or ()) == expected


def test_another_page_shows_what_it_adds(imported: Imported, tmp_path: Path) -> None:
    """A page beside the first adds its request to the operation and takes nothing away."""
    imported(PAGE)
    raw = write(tmp_path / "other.md", PAGE.replace("example: one", "example: two"))
    found = import_and_compare([raw], tmp_path / "pages", "other").contract

    assert found is not None
    assert all(change.old is None or isinstance(change.old, list) for change in found)
    assert "/components/schemas/OtherForm" in [change.pointer for change in found]


# Pages of these names have requests of one name.
CLASHING = ("clip1-2", "clip-12")


def import_as(folder: Path, name: str) -> ImportReport:
    """Import the page under a name."""
    return import_and_compare([write(folder / "raw.md", PAGE)], folder / "pages", name)


def test_a_page_that_does_not_fit_changes_no_file(tmp_path: Path) -> None:
    """If the pages could not be merged any more, nothing is written and the reason is reported."""
    first, second = CLASHING
    import_as(tmp_path, first)
    with pytest.raises(SpecError, match="two schemas would be called 'Clip12Form'") as caught:
        import_as(tmp_path, second)

    assert caught.value.where == str(tmp_path / "raw.md")
    assert [file.stem for file in (tmp_path / "pages").iterdir()] == [first]


def test_a_first_page_that_cannot_be_merged_is_not_kept(tmp_path: Path) -> None:
    """Pages that no contract can be made of are refused before their folder exists."""
    raw = [write(tmp_path / f"{name}.md", PAGE) for name in CLASHING]
    with pytest.raises(SpecError, match="cannot be built") as caught:
        import_and_compare(raw, tmp_path / "pages", None)

    assert "'Clip12Form'" in caught.value.why
    assert not (tmp_path / "pages").exists()


def test_an_import_can_fix_a_folder(imported: Imported, tmp_path: Path) -> None:
    """Where a kept page cannot be merged, importing the right page is the way out."""
    post = {"responses": {"200": {"description": "Fine"}}}
    write_page(tmp_path / "pages", "clip", {"/v1/clips": {"post": post}, "/v1/other": 1})

    assert imported(PAGE) is None
    assert imported(PAGE) == ()


def test_an_error_of_the_import_names_the_folder_that_is_meant(tmp_path: Path) -> None:
    """The rehearsal on a copy does not show through."""
    raw = write(tmp_path / "raw.md", PAGE)
    with pytest.raises(SpecError, match="Not A Name") as caught:
        import_and_compare([raw], tmp_path / "pages", "Not A Name")

    assert caught.value.where == str(raw)
    assert not (tmp_path / "pages").exists()


def test_a_check_writes_nothing(tmp_path: Path) -> None:
    """The report is that of the import; the folder is as it was, or is not made."""
    raw = write(tmp_path / "raw.md", PAGE)
    folder = tmp_path / "pages"

    assert import_and_compare([raw], folder, "clip", check=True).changed
    assert not folder.exists()
    import_and_compare([raw], folder, "clip")
    before = (folder / "clip.yaml").read_bytes()
    assert not import_and_compare([raw], folder, "clip", check=True).changed
    raw.write_text(PAGE.replace("required: [model]", "required: [model, length]"))
    assert import_and_compare([raw], folder, "clip", check=True).changed
    assert (folder / "clip.yaml").read_bytes() == before


def test_differences_say_whom_they_break(tmp_path: Path) -> None:
    """A field that must be sent now breaks clients; the report says so, with page and line."""
    raw = write(tmp_path / "raw.md", PAGE)
    import_and_compare([raw], tmp_path / "pages", "clip")
    raw.write_text(PAGE.replace("required: [model]", "required: [model, length]"))

    (found,) = import_and_compare([raw], tmp_path / "pages", "clip").differences or ()

    assert (str(found.kind), [str(party) for party in found.breaks]) == ("narrowed", ["client"])
    assert found.new_source.startswith("clip:")


def test_a_page_under_a_new_id_replaces_the_one_of_its_operation(tmp_path: Path) -> None:
    """A page that is exported anew takes the old one's place, and the report names the old id."""
    page = PAGE.replace(
        "      responses:", "      x-run-in-apifox: https://x/apis/{}-run\n      responses:"
    )
    raw = write(tmp_path / "raw.md", page.replace("{}-run", "api-1-run"))
    import_and_compare([raw], tmp_path / "pages", "clip")
    raw.write_text(page.replace("{}-run", "api-2-run"))

    (found,) = import_and_compare([raw], tmp_path / "pages", "clip").pages

    assert (found.name, found.replaced) == ("clip", "api-1")
