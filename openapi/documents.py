"""The documented pages of a folder: data and the lines to cite. Reads, never writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openapi.errors import SpecError
from openapi.located import Located, load

Pointer = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class DocumentedPage:
    """One file of ``documented/``: the facts of one documentation page."""

    name: str
    path: Path
    located: Located

    @property
    def data(self) -> Any:
        """The whole document as plain data."""
        return self.located.data

    def at(self, pointer: Pointer) -> Any:
        """What the page has at ``pointer``."""
        node = self.data
        for step in pointer:
            node = node[step]
        return node

    def line(self, pointer: Pointer) -> int:
        """The line of the file on which ``pointer`` stands."""
        return self.located.line(tuple(pointer))

    def cite(self, pointer: Pointer) -> str:
        """``page:line`` of ``pointer``."""
        return f"{self.name}:{self.line(pointer)}"


def load_pages(folder: Path) -> list[DocumentedPage]:
    """Read every page of ``folder``, ordered by name.

    Raises:
        SpecError: the folder holds no page, or a file is no documented page.
    """
    pages = []
    for path in sorted(folder.glob("*.yaml")):
        located = load(path)
        name = located.data.get("x-page") if isinstance(located.data, dict) else None
        if not isinstance(name, str) or "paths" not in located.data:
            raise _not_a_page(path, "it has no x-page or no paths")
        pages.append(DocumentedPage(name, path, located))
    if not pages:
        raise _not_a_page(folder, "the folder holds no documented page")
    return pages


def _not_a_page(path: Path, why: str) -> SpecError:
    return SpecError(
        what="no documented page",
        where=str(path),
        line=1,
        why=why,
        remedy="write it with 'gateway-spec import PAGE'",
    )
