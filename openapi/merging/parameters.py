"""The parameters of an operation, united from all pages that describe it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openapi.documents.pointers import Steps
from openapi.merging.fields import field_schema
from openapi.merging.schemas import any_of, is_placeholder
from openapi.pages.documented import DocumentedPage
from openapi.pages.field import Cited, Field
from openapi.pages.operation import PageOperation

# OpenAPI says to ignore them: media types and security of the contract state the same.
IGNORED_HEADERS = frozenset({"content-type", "accept", "authorization"})
_WORDING = ("description", "style", "explode", "allowReserved", "deprecated")


@dataclass(frozen=True, slots=True)
class Parameter:
    """The place where a page describes a parameter, references followed."""

    page: DocumentedPage
    pointer: Steps

    @property
    def data(self) -> Mapping[str, Any]:
        """The parameter object on the page."""
        found: Mapping[str, Any] = self.page.at(self.pointer)
        return found

    @property
    def key(self) -> tuple[str, str]:
        """Its location and name, which identify a parameter."""
        return self.data["in"], self.data["name"]

    @property
    def is_ignored(self) -> bool:
        """Whether it is a header that OpenAPI says to ignore."""
        return self.data["in"] == "header" and self.data["name"].lower() in IGNORED_HEADERS

    def cite(self) -> str:
        """``page:line``."""
        return self.page.cite(self.pointer)

    @property
    def field(self) -> Field:
        """Its schema with its example."""
        pointer, shown = (*self.pointer, "schema"), tuple(self._shown())
        return Field(self.page, pointer, self.pointer, shown)

    def schema(self) -> dict[str, Any]:
        """Its schema, limited to the values that the page lists, if any."""
        found = field_schema(self.field, closed=any(self.field.listed()))
        del found["x-source"]  # the parameter's own says it
        return found

    def _shown(self) -> Iterator[Cited]:
        if "example" in self.data and not is_placeholder(self.data["example"]):
            yield self.data["example"], (*self.pointer, "example")


def described(operation: PageOperation) -> list[Parameter]:
    """The parameters that a page describes for an operation."""
    return [Parameter(operation.page, place) for place in operation.parameters()]


def united(pages: Sequence[Sequence[Parameter]]) -> list[dict[str, Any]]:
    """Unite the parameters of one operation from several pages.

    A parameter is required where every page requires it: what one page documents is accepted.
    """
    groups: dict[tuple[str, str], list[Parameter]] = {}
    for parameters in pages:
        for parameter in parameters:
            if not parameter.is_ignored:
                groups.setdefault(parameter.key, []).append(parameter)
    return [_united(group, len(pages)) for group in groups.values()]


def _united(group: Sequence[Parameter], pages: int) -> dict[str, Any]:
    first = group[0].data
    demanded = len(group) == pages and all(found.data.get("required") is True for found in group)
    worded = {key: first[key] for key in _WORDING if key in first}
    schemas = [parameter.schema() for parameter in group]
    return {
        "name": first["name"],
        "in": first["in"],
        **({"required": True} if demanded or first["in"] == "path" else {}),
        **worded,
        "schema": schemas[0] if len(group) == 1 else any_of(schemas),
        "x-source": ", ".join(dict.fromkeys(parameter.cite() for parameter in group)),
        "x-standing": "documented",
    }
