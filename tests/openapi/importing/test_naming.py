"""Holds names: a page keeps the one it has, and no two pages share one."""

from pathlib import Path
from typing import Any

import pytest

from openapi.documents.located import Located, parse
from openapi.documents.places import operations
from openapi.errors import SpecError
from openapi.importing.markdown import RawPage
from openapi.importing.naming import Names, api_id
from openapi.importing.wording import Wording

FOLDER = Path("documented")


def _page(identity: str | None = None, path: str = "/a") -> Located:
    run = f", x-run-in-apifox: https://x/apis/{identity}-run" if identity else ""
    return parse(f"paths: {{{path}: {{post: {{responses: {{}}{run}}}}}}}", "page.md")


def _raw(file: str, heading: str = "") -> RawPage:
    return RawPage(Path(file), "", 1, heading)


def _names(pages: dict[str, str] | None = None, **held: Located) -> Names:
    existing = {FOLDER / f"{name.replace('_', '-')}.yaml": page for name, page in held.items()}
    return Names(FOLDER, existing, Wording({}, pages or {}))


def test_a_page_keeps_the_name_under_which_it_is_known() -> None:
    """The file with the same id at Apifox names the page, whatever its own file is called."""
    names = _names(video=_page("api-1"))

    assert names.choose(_page("api-1"), _raw("other.md"), None) == "video"


def test_a_new_page_is_named_by_the_wording_else_by_its_file() -> None:
    """The wording knows some pages; any other is named by the words of its file."""
    names = _names({"api-1": "video"})

    assert names.choose(_page("api-1"), _raw("x.md"), None) == "video"
    assert names.choose(_page("api-2"), _raw("Some Page_2.md"), None) == "some-page-2"


def test_a_wanted_name_wins_for_a_new_page() -> None:
    """A given name goes before the wording's and the file's."""
    names = _names({"api-1": "video"})

    assert names.choose(_page("api-1"), _raw("x.md"), "mine") == "mine"


def test_a_page_without_id_is_known_by_its_operations() -> None:
    """The same file name and the same operations are the same page, imported again."""
    names = _names(page=_page())

    assert names.choose(_page(), _raw("page.md"), None) == "page"


REFUSED: tuple[tuple[Located, str, str | None, str], ...] = (
    (_page("api-2", path="/b"), "video.md", None, "belongs to another page"),
    (_page(path="/b"), "video.md", None, "belongs to another page"),
    (_page(path="/b"), "plain.md", None, "belongs to another page"),
    (_page("api-1"), "x.md", "other", "already imported as 'video'"),
    (_page("api-2"), "x.md", "No Name", "not a page name"),
    (_page("api-2"), "\u9875.md", None, "not a page name"),
)


@pytest.mark.parametrize(("page", "source", "wanted", "why"), REFUSED)
def test_a_name_that_is_taken_or_no_name_is_refused(
    page: Located, source: str, wanted: str | None, why: str
) -> None:
    """A clash, a second name for a page and a name that is none are reported."""
    names = _names(video=_page("api-1"), plain=_page())

    with pytest.raises(SpecError, match=why):
        names.choose(page, _raw(source), wanted)


def test_two_pages_of_one_import_cannot_share_a_name() -> None:
    """The second page of the same name is refused and the first is named."""
    names = _names()
    names.choose(_page("api-1"), _raw("a/page.md"), None)

    with pytest.raises(SpecError, match=r"already taken by a/page\.md"):
        names.choose(_page("api-2"), _raw("b/page.md"), None)


def test_a_page_under_a_new_id_takes_the_place_of_the_one_with_its_operation() -> None:
    """A page that was exported anew may have another id; a name and an operation identify it."""
    names = _names(video=_page("api-1"))

    assert names.choose(_page("api-2"), _raw("video.md"), None) == "video"


def test_pages_of_one_file_have_their_headings_in_their_names() -> None:
    """The first is called as the file, each further one also by its heading, else by a number."""
    names = _names()
    headings = ("Make a reel", "How far a reel is", "\u67e5\u8be2", "")

    found = [
        names.choose(_page(path=f"/{number}"), _raw("page.md", heading), None)
        for number, heading in enumerate(headings)
    ]

    assert found == ["page", "page-how-far-a-reel-is", "page-2", "page-3"]


@pytest.mark.parametrize("document", [None, [], {}, {"paths": None}])
def test_what_is_no_page_has_no_operations(document: Any) -> None:
    """A file of another kind in the folder has neither operations nor an id."""
    assert list(operations(document)) == []
    assert api_id(document) is None
