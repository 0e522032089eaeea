"""How Sphinx builds the pages of this folder into a site; `make docs` runs it."""

import re

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
html_copy_source = False
html_show_sourcelink = False
# A straight quote of a command must not become a curly one.
smartquotes = False
nitpicky = True

# Pages of the repository's root are pages of the site, too.
_ROOT_PAGE = re.compile(r"\]\((?:\.\./)+(CONTRIBUTING|SECURITY|CHANGELOG)\.md")


def setup(app: Sphinx) -> None:
    """Lead links to a page of the root to the page of the site that includes it."""
    app.connect("source-read", _lead_to_site)


def _lead_to_site(_app: Sphinx, _page: str, content: list[str]) -> None:
    content[0] = _ROOT_PAGE.sub(lambda found: f"](/{found[1].lower()}.md", content[0])
