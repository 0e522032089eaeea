"""Names imported pages; no two pages of a folder have the same name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from openapi.documents.located import Located
from openapi.documents.places import operations
from openapi.errors import SpecError
from openapi.importing.markdown import PAGE_LIMIT, RawPage
from openapi.importing.wording import Wording

_API_ID = re.compile(r"api-\d+")
# Of pages in one file: none is smaller than a byte.
_MOST = PAGE_LIMIT
_NAME = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")


@dataclass(frozen=True, slots=True)
class Names:
    """The names of an import into a folder: of the files there, and those given so far."""

    documented: Path
    existing: Mapping[Path, Located]
    wording: Wording
    given: dict[str, Path] = field(default_factory=dict)

    def choose(self, document: Located, page: RawPage, wanted: str | None) -> str:
        """Name a page: as wanted, as it is already known, as in the wording, or as its file.

        Raises:
            SpecError: the name is invalid or belongs to another page.
        """
        source = page.path
        known = self._known(api_id(document.data))
        name = wanted or known or self._worded(document) or self._of_file(page)
        if not _NAME.match(name):
            why = f"{name!r} is not a page name: lower-case words joined by '-'"
            raise _refusal(source, why, "give one with --name")
        if known and known != name:
            why = f"the page is already imported as {known!r}"
            raise _refusal(source, why, "remove that file first, or leave --name out")
        self._check_free(name, document, source)
        self.given[name] = source
        return name

    def _known(self, identity: str | None) -> str | None:
        matches = (
            file.stem
            for file, located in self.existing.items()
            if identity and api_id(located.data) == identity
        )
        return next(matches, None)

    def _worded(self, document: Located) -> str | None:
        return self.wording.pages.get(api_id(document.data) or "")

    def _of_file(self, page: RawPage) -> str:
        """A name from the file; the second page of a file has its heading or a number besides."""
        stem = _slug(page.path.stem)
        if stem not in self.given or self.given[stem] != page.path:
            return stem
        numbered = (f"{stem}-{number}" for number in range(2, _MOST))
        names = chain([_joined(stem, _slug(page.heading))], numbered)
        return next(name for name in names if name not in self.given)

    def _check_free(self, name: str, document: Located, source: Path) -> None:
        if name in self.given:
            why = f"the name {name!r} is already taken by {self.given[name]} in this import"
            raise _refusal(source, why, "import one of them alone with --name")
        held = self.existing.get(self.documented / f"{name}.yaml")
        if held is not None and not _same_page(held.data, document.data):
            why = f"the name {name!r} belongs to another page, {held.file}"
            raise _refusal(source, why, "give another name with --name")


def api_id(document: Any) -> str | None:
    """The page's id at Apifox, e.g. ``api-363028872``, from its first operation that has one."""
    for _, operation in operations(document):
        found = _API_ID.search(str(operation.get("x-run-in-apifox", "")))
        if found:
            return found.group()
    return None


def _same_page(one: Any, other: Any) -> bool:
    """Compare by id, else by the operations: a page that is exported anew may have another id."""
    if api_id(one) and api_id(one) == api_id(other):
        return True
    return {found for found, _ in operations(one)} == {found for found, _ in operations(other)}


def _joined(*words: str) -> str:
    return "-".join(filter(None, words))


def _slug(stem: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", stem.casefold()).strip("-")


def _refusal(source: Path, why: str, remedy: str) -> SpecError:
    return SpecError(what="the page has no name", where=str(source), line=1, why=why, remedy=remedy)
