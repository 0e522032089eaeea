"""Holds reading pages of any shape: what is not as expected is absent, never an error."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from openapi.conflicts.model import operations_of
from openapi.documents.located import parse
from openapi.documents.pointers import Steps
from openapi.documents.writing import dump
from tests.openapi.page_texts import clean, conflicts, documented, fields, operation

PLACES = [
    pointer
    for pointer in parse(dump(clean()), "page").pointers()
    if len(pointer) > len(("paths", "/v1/videos", "post"))
]
STRANGE: list[Any] = [
    None,
    0,
    "text",
    True,
    [],
    {},
    [[]],
    {"a": None},
    ["a", 1],
    {"$ref": "#/none"},
]


def _put(page: Any, place: Steps, value: Any) -> None:
    for step in place[:-1]:
        page = page[step]
    page[place[-1]] = value


@given(st.sampled_from(PLACES), st.sampled_from(STRANGE))
def test_a_strange_page_is_read_without_error(place: Steps, value: Any) -> None:
    """Whatever stands anywhere in an operation, every rule gives an answer."""
    page = clean()
    _put(page, place, value)

    with TemporaryDirectory() as folder:
        assert isinstance(conflicts(Path(folder), page, clean()), list)


def test_fields_come_with_place_and_demand(tmp_path: Path) -> None:
    """A field knows its values, its examples and where the page demands it."""
    (page,) = documented(tmp_path, clean())

    found = {field.name: field for field in operations_of([page])[0].fields()}

    assert list(found) == list(fields(clean()))
    assert found["model"].required is not None
    assert found["style"].required is None
    assert [node.value for node in found["seconds"].examples] == ["4"]
    listing = found["style"].listing()
    assert listing is not None
    assert listing.values == ("anime", "comic")


def test_a_reference_to_itself_ends(tmp_path: Path) -> None:
    """References that lead in a circle are left as they are."""
    page = clean()
    page["components"] = {"schemas": {"A": {"$ref": "#/components/schemas/A"}}}
    operation(page)["requestBody"] = {"$ref": "#/components/schemas/A"}

    (read,) = documented(tmp_path, page)

    assert list(operations_of([read])[0].fields()) == []
