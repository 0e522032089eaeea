"""The documented pages of a folder: data and the lines to cite. Reads, never writes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from openapi.documents.located import Located, load
from openapi.documents.pointers import steps_of
from openapi.errors import SpecError

Pointer = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class DocumentedPage:
    """One file of ``documented/``: the facts of one documentation page."""

    name: str
    path: Path
    located: Located = field(repr=False)

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

    def follow(self, pointer: Pointer) -> Pointer:
        """Where ``pointer`` leads once the reference there, if any, is followed.

        Raises:
            SpecError: the reference leads to itself, out of the page or to nothing.
        """
        passed: list[Pointer] = []
        while isinstance(node := self.at(pointer), dict) and isinstance(node.get("$ref"), str):
            if pointer in passed:
                raise self.refusal(pointer, f"'{node['$ref']}' leads back to itself")
            passed.append(pointer)
            pointer = self._target(pointer, node["$ref"])
        return pointer

    def refusal(self, pointer: Pointer, why: str) -> SpecError:
        """The error for something on the page that cannot be used."""
        return SpecError(
            what="the page cannot be used",
            where=str(self.path),
            line=self.line(pointer),
            why=why,
            remedy="correct the page and import it again with 'gateway-spec import PAGE'",
        )

    def _target(self, pointer: Pointer, reference: str) -> Pointer:
        if not reference.startswith("#/"):
            raise self.refusal(pointer, f"'{reference}' leads out of this page")
        node, target = self.data, list[str | int]()
        for step in steps_of(unquote(reference)):
            key = int(step) if isinstance(node, list) and step.isdecimal() else step
            try:
                node = node[key]
            except (IndexError, KeyError, TypeError) as error:
                why = f"'{reference}' names nothing on this page"
                raise self.refusal(pointer, why) from error
            target.append(key)
        return tuple(target)


def load_pages(folder: Path) -> list[DocumentedPage]:
    """Read every page of ``folder``, ordered by the name of its file.

    Raises:
        SpecError: the folder holds no page, a file is no documented page, or it is not called as
            its page is, so that ``page:line`` would not lead to it.
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
        what="no documented page",
        where=str(path),
        line=1,
        why=why,
        remedy=remedy,
    )
