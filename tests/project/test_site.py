"""The documentation builds into a site that needs nothing from elsewhere."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.source import ROOT

pytest.importorskip("sphinx", reason="the group `docs` is not installed; `make check` installs it")

DOCS = ROOT / "docs"
# What a browser loads by itself, unlike a link that a reader follows.
_LOADED = re.compile(
    r'<(?:script|img|iframe|source)[^>]+src="(?P<src>[^"]+)"'
    r'|<link(?![^>]+rel="canonical")[^>]+href="(?P<href>[^"]+)"'
)
_IN_STYLE = re.compile(r"(?:@import\s+|url\()[\"']?(?P<url>(?:https?:)?//[^\"')]+)")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site; a warning is an error."""
    folder = tmp_path_factory.mktemp("site")
    options = ["--quiet", "--fail-on-warning", "--keep-going", "--doctree-dir"]
    folders = [folder / "doctrees", DOCS, folder / "html"]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *options, *folders],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "html"


def test_every_page_is_in_the_site(site: Path) -> None:
    """Each Markdown page of the folder is a page of the site."""
    pages = {path.relative_to(DOCS).with_suffix("") for path in DOCS.rglob("*.md")}
    built = {path.relative_to(site).with_suffix("") for path in site.rglob("*.html")}

    assert pages - built == set()


def test_the_site_works_offline(site: Path) -> None:
    """No page and no style loads a script, a font, a style or a picture from another host."""
    assert list(_from_elsewhere(site)) == []


def test_what_is_loaded_from_elsewhere_is_found(tmp_path: Path) -> None:
    """A script, a style sheet and a font of another host are each named."""
    script = '<script src="https://cdn.example/a.js"></script>'
    (tmp_path / "a.html").write_text(f'{script}<link rel="stylesheet" href="//b.example/b">')
    (tmp_path / "a.css").write_text("@font-face { src: url(https://fonts.example/f.woff2) }")

    assert len(list(_from_elsewhere(tmp_path))) == 3


def _from_elsewhere(site: Path) -> Iterator[str]:
    for path in site.rglob("*.html"):
        for found in _LOADED.finditer(path.read_text(encoding="utf-8")):
            target = found["src"] or found["href"]
            if re.match(r"(?:https?:)?//", target):
                yield f"{path.name}: {target}"
    for path in site.rglob("*.css"):
        for found in _IN_STYLE.finditer(path.read_text(encoding="utf-8")):
            yield f"{path.name}: {found['url']}"
