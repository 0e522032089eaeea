"""The pages have every table as the code says, their links lead somewhere, the picture is fresh."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.project.import_graph import import_graph
from tests.project.pages import PAGES, anchors, broken_links, missing_paths, title
from tests.project.picture import PICTURE, picture
from tests.project.source import ROOT, files
from tests.project.tables import TABLES, filled, marked


@pytest.mark.parametrize("page", PAGES, ids=title)
def test_tables_are_made_from_the_code(page: Path) -> None:
    """A table that differs from the code is stale; `make docs` writes it again."""
    text = page.read_text(encoding="utf-8")

    assert filled(text) == text


def test_every_table_stands_in_one_page() -> None:
    """Operations, requests, models, errors, options and all others are listed, each once."""
    found = Counter(name for page in PAGES for name in marked(page.read_text(encoding="utf-8")))

    assert found == Counter(list(TABLES))


@pytest.mark.parametrize("page", PAGES, ids=title)
def test_links_lead_to_a_page_and_its_heading(page: Path) -> None:
    """Every link within the project names a file that is there and a heading that it has."""
    assert list(broken_links(page, page.read_text(encoding="utf-8"))) == []


# The changelog names what was moved, too.
@pytest.mark.parametrize("page", [page for page in PAGES if page.stem != "CHANGELOG"], ids=title)
def test_paths_and_modules_that_a_page_names_exist(page: Path) -> None:
    """Every file, folder and module between backticks is there, or is made by the page."""
    assert list(missing_paths(page.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("name", ["mock_server/none.py", "tests/none/", "openapi.none.module"])
def test_a_path_that_does_not_exist_is_found(name: str) -> None:
    """A file, a folder and a module that are not there are each named."""
    assert list(missing_paths(f"See `{name}`.")) == [name]


@pytest.mark.parametrize("link", ["none.md", "README.md#no-such-heading", "#no-such-heading"])
def test_a_broken_link_is_found(link: str) -> None:
    """A missing file and a missing heading, of this page or another one, are named."""
    assert list(broken_links(ROOT / "CHANGELOG.md", f"# Title\n\n[there]({link})\n"))


def test_anchors_are_those_of_the_repository_host() -> None:
    """Lower case, no punctuation, hyphens for blanks; a repeated heading gets a number."""
    assert anchors("# One `--step`, two\n\n## Again\n\n## Again\n") == {
        "one---step-two",
        "again",
        "again-1",
    }


def test_the_picture_of_the_imports_is_drawn_from_the_table() -> None:
    """A picture that differs from the import table is stale; `make docs` draws it again."""
    assert PICTURE.read_text(encoding="utf-8") == picture(import_graph())


@pytest.mark.parametrize("package", ["mock_server", "openapi", "contract_tests"])
def test_the_listing_has_every_folder_of_a_package(package: str) -> None:
    """A newcomer finds each folder in the architecture page, and no folder that does not exist."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page.partition(f"| folder of `{package}/` |")[2].partition("\n\n")[0]
    folders = {
        path.relative_to(ROOT / package).parts[0]
        for path in files()
        if path.is_relative_to(ROOT / package) and path.parent != ROOT / package
    }

    assert set(re.findall(r"`(\w+)/`", table)) == folders


def test_every_page_of_the_documentation_is_in_its_contents() -> None:
    """A reader of the site finds each page from the first one."""
    contents = {
        path.parent / f"{line}.md"
        for path in PAGES
        if path.is_relative_to(ROOT / "docs")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line and " " not in line
    }
    pages = {path for path in PAGES if path.is_relative_to(ROOT / "docs")}

    assert pages - contents == {ROOT / "docs" / "index.md"}
