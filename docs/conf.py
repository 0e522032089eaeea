"""How Sphinx builds the pages of this folder into a site; `make docs` runs it."""

import re
from pathlib import Path

from sphinx.application import Sphinx

project = "video-gateway-mock"
author = "The video-gateway-mock authors"
project_copyright = f"2026, {author}"

extensions = ["myst_parser"]
myst_enable_extensions = ["deflist"]
# Headings are link targets under the names that GitHub gives them.
myst_heading_anchors = 4

html_theme = "furo"
html_title = project
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
# A straight quote of a command must not become a curly one.
smartquotes = False
nitpicky = True

# Pages of the repository's root that are pages of the site, too.
_ROOT = Path(__file__).parents[1]
_ROOT_PAGES = {"contributing": "CONTRIBUTING", "security": "SECURITY", "changelog": "CHANGELOG"}
_ROOT_LINK = re.compile(rf"\]\((?:\.\./)*({'|'.join(_ROOT_PAGES.values())})\.md")


def setup(app: Sphinx) -> None:
    """Show pages of the root within the site, and lead links to them there."""
    app.connect("source-read", _read_from_root)


def _read_from_root(app: Sphinx, page: str, content: list[str]) -> None:
    if page in _ROOT_PAGES:
        path = _ROOT / f"{_ROOT_PAGES[page]}.md"
        app.env.note_dependency(path)
        content[0] = path.read_text(encoding="utf-8").replace("](docs/", "](/")
    content[0] = _ROOT_LINK.sub(lambda found: f"](/{found[1].lower()}.md", content[0])
