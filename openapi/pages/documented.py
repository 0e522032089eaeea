"""Loads documented pages: their data, and the lines to cite."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from openapi.documents.located import Located, load
from openapi.documents.pointers import Steps, target, value_at
from openapi.documents.shape import Shape
from openapi.errors import SpecError
from openapi.pages.invalid_parts import InvalidPart, without_invalid_parts
from openapi.pages.misshapen import Fitted, fitted
from openapi.pages.references import without_lost_references

_SHAPE = Shape(
    "page",
    what="the page cannot be merged",
    remedy="correct the page and import it again with 'gateway-spec import PAGE'",
)


@dataclass(frozen=True)
class DocumentedPage:
    """One file of ``documented/``: the facts of one documentation page."""

    name: str
    path: Path
    located: Located = field(repr=False)

    @property
    def data(self) -> Any:
        """The whole document as plain data, without what OpenAPI does not allow."""
        return self._cleaned.data

    @cached_property
    def left_out(self) -> tuple[InvalidPart, ...]:
        """What OpenAPI does not allow, each with its place, in the page's order."""
        return tuple(sorted(self._cleaned.left_out, key=lambda part: self._line(part.pointer)))

    @cached_property
    def _cleaned(self) -> Fitted:
        cleaned = without_invalid_parts(self.located.data)
        lost = without_lost_references(cleaned.data)
        found = fitted(cleaned.data, _SHAPE)
        return replace(found, left_out=[*cleaned.left_out, *lost, *found.left_out])

    def at(self, pointer: Steps) -> Any:
        """The value at a place that exists."""
        return value_at(self.data, pointer)

    def has(self, pointer: Steps) -> bool:
        """Whether the page has anything at a place."""
        try:
            self.at(pointer)
        except (IndexError, KeyError, TypeError):
            return False
        return True

    def mapping(self, pointer: Steps) -> Mapping[str, Any]:
        """The object at a place; empty where there is none."""
        node = self.data
        for step in pointer:
            try:
                node = node[step]
            except (IndexError, KeyError, TypeError):
                return {}
        return node if isinstance(node, dict) else {}

    def line(self, pointer: Steps) -> int:
        """The line of a place in the file; of one that was added, that of the part around it.

        Raises:
            KeyError: the page has nothing there.
        """
        place = self._cleaned.original(tuple(pointer))
        return self._line(place) if self.has(pointer) else self.located.line(place)

    def _line(self, place: Steps) -> int:
        """The line of a place, or of the nearest part around it that the page itself has."""
        while place and not self.located.has(place):
            place = place[:-1]
        return self.located.line(place)

    def line_of(self, part: InvalidPart) -> int:
        """The line of a part that was left out."""
        return self._line(part.pointer)

    def cite(self, pointer: Steps) -> str:
        """``page:line`` of a place."""
        return f"{self.name}:{self.line(pointer)}"

    def lead(self, pointer: Steps) -> Steps:
        """Follow references from a place as far as they can be followed."""
        passed = {pointer}
        while isinstance(reference := self.mapping(pointer).get("$ref"), str):
            found = target(self.data, reference)
            if found is None or found in passed:
                break
            passed.add(found)
            pointer = found
        return pointer

    def follow(self, pointer: Steps) -> Steps:
        """Follow references from a place to their target.

        Raises:
            SpecError: a reference leads to itself or out of the page, or its target does not exist.
        """
        found = self.lead(pointer)
        reference = self.mapping(found).get("$ref")
        if isinstance(reference, str):
            raise self.refusal(found, _why_lost(self.data, reference))
        return found

    def hold_shape(self) -> None:
        """Check that enough of the page is left to be merged.

        Raises:
            SpecError: it is not.
        """
        _SHAPE.hold(replace(self.located, data=self.data))

    def refusal(self, pointer: Steps, why: str) -> SpecError:
        """The error for a part of the page that cannot be used."""
        return SpecError(
            what="the page cannot be used",
            where=str(self.path),
            line=self.line(pointer),
            why=why,
            remedy="correct the page and import it again with 'gateway-spec import PAGE'",
        )


def _why_lost(document: Any, reference: str) -> str:
    if not reference.startswith("#/"):
        return f"'{reference}' leads out of this page"
    found = target(document, reference)
    return (
        f"'{reference}' {'names nothing on this page' if found is None else 'leads back to itself'}"
    )


def load_pages(folder: Path) -> list[DocumentedPage]:
    """Read every page of a folder, ordered by file name.

    Raises:
        SpecError: the folder has no page, a file is not a documented page, or is not named after
            its page, so that ``page:line`` would not lead to it.
    """
    pages = []
    for path in sorted(folder.glob("*.yaml")):
        located = load(path)
        name = located.data.get("x-page") if isinstance(located.data, dict) else None
        if not isinstance(name, str) or "paths" not in located.data:
            raise _not_a_page(path, "it has no x-page or no paths")
        if name != path.stem:
            why = f"it holds the page '{name}', which belongs in {name}.yaml"
            raise _not_a_page(path, why, "give the file its page's name")
        pages.append(DocumentedPage(name, path, located))
    if not pages:
        why = (
            "the folder holds no documented page" if folder.is_dir() else "there is no such folder"
        )
        raise _not_a_page(folder, why)
    return pages


def _not_a_page(
    path: Path, why: str, remedy: str = "write it with 'gateway-spec import PAGE'"
) -> SpecError:
    return SpecError(
        what="not a documented page",
        where=str(path),
        line=1,
        why=why,
        remedy=remedy,
    )
