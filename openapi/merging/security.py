"""The security schemes of the pages; different schemes of one name are all kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openapi.documents.pointers import Steps
from openapi.errors import name_clash
from openapi.merging.schemas import copied
from openapi.pages.documented import DocumentedPage

Requirement = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Security:
    """The schemes of all pages; ``names`` maps a page and its scheme to the contract's name."""

    schemes: Mapping[str, dict[str, Any]]
    names: Mapping[tuple[str, str], str]

    @property
    def anywhere(self) -> list[Requirement]:
        """The requirement where no page states one: any one of the schemes."""
        return [{name: []} for name in self.schemes]

    def of(self, places: Sequence[tuple[DocumentedPage, Steps]]) -> list[Requirement]:
        """The requirements of the pages for an operation; ``places`` are the operation objects."""
        found = [
            requirement for page, pointer in places for requirement in self._stated(page, pointer)
        ]
        return [*{str(requirement): requirement for requirement in found}.values()]

    def _stated(self, page: DocumentedPage, pointer: Steps) -> list[Requirement]:
        stated = page.at(pointer).get("security", page.data.get("security"))
        if stated is None:
            return self.anywhere
        return [
            {
                known: list(scopes)
                for name, scopes in requirement.items()
                if (known := self.names.get((page.name, name)))
            }
            for requirement in stated or [{}]
        ]


def merged_security(pages: Sequence[DocumentedPage]) -> Security:
    """Unite equal schemes of one name; a different one gets the name of its page as a suffix.

    Raises:
        SpecError: the longer name is taken as well.
    """
    schemes: dict[str, dict[str, Any]] = {}
    names: dict[tuple[str, str], str] = {}
    for page in pages:
        for name in page.data.get("components", {}).get("securitySchemes", {}):
            pointer = ("components", "securitySchemes", name)
            scheme = copied(page, pointer)
            same = name not in schemes or _without_source(schemes[name]) == scheme
            chosen = name if same else f"{name}-{page.name}"
            if not same and chosen in schemes:
                raise name_clash(chosen)
            names[page.name, name] = chosen
            cited = [schemes[chosen]["x-source"]] if chosen in schemes else []
            source = ", ".join([*cited, page.cite(pointer)])
            schemes[chosen] = scheme | {"x-source": source, "x-standing": "documented"}
    return Security(schemes, names)


def _without_source(scheme: Mapping[str, Any]) -> dict[str, Any]:
    return {key: scheme[key] for key in scheme if key not in ("x-source", "x-standing")}
