"""The parameters of an operation, united from all pages that describe it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openapi.contract.paths import parameter_names
from openapi.documents.pointers import Steps
from openapi.merging.fields import field_schema
from openapi.merging.schemas import any_of, is_placeholder
from openapi.merging.settling import YieldedRule, field_examples, nearest, settle
from openapi.pages.documented import DocumentedPage
from openapi.pages.field import Cited, Field
from openapi.pages.operation import PageOperation

# OpenAPI says to ignore them: media types and security of the contract state the same.
IGNORED_HEADERS = frozenset({"content-type", "accept", "authorization"})
_WORDING = ("description", "style", "explode", "allowReserved", "deprecated")


@dataclass(frozen=True, slots=True)
class Parameter:
    """The place where a page describes a parameter, references followed.

    ``name`` is the one that the contract has, which differs where pages call a path's parameters
    differently.
    """

    page: DocumentedPage
    pointer: Steps
    name: str

    @property
    def data(self) -> Mapping[str, Any]:
        """The parameter object on the page."""
        found: Mapping[str, Any] = self.page.at(self.pointer)
        return found

    @property
    def key(self) -> tuple[str, str]:
        """Its location and name, which identify a parameter."""
        return self.data["in"], self.name

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
        return self.settled()[0]

    def settled(self) -> tuple[dict[str, Any], list[YieldedRule]]:
        """Its schema, and the rules of it that yielded to its examples."""
        found = field_schema(self.field, closed=any(self.field.listed()))
        del found["x-source"]  # the parameter's own says it
        fields = {str(self.data["name"]): self.field}
        examples = field_examples(fields, self._declared)
        return found, settle({"properties": dict.fromkeys(fields, found)}, examples)

    def _declared(self, path: Steps) -> Steps:
        return nearest(self.page, (*self.pointer, "schema"), path[2:])

    def _shown(self) -> Iterator[Cited]:
        if "example" in self.data and not is_placeholder(self.data["example"]):
            yield self.data["example"], (*self.pointer, "example")


def described(operation: PageOperation, path: str = "") -> list[Parameter]:
    """The parameters that a page describes for an operation.

    Those of its path have the names that they have in ``path``, a template of the same form.
    """
    names = dict(zip(*map(parameter_names, (operation.path, path or operation.path)), strict=True))
    page = operation.page
    found = [(place, page.mapping(place)) for place in operation.parameters()]
    return [
        Parameter(page, place, names.get(data["name"], data["name"]))
        if data["in"] == "path"
        else Parameter(page, place, data["name"])
        for place, data in found
    ]


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
        "name": group[0].name,
        "in": first["in"],
        **({"required": True} if demanded or first["in"] == "path" else {}),
        **worded,
        "schema": schemas[0] if len(group) == 1 else any_of(schemas),
        "x-source": ", ".join(dict.fromkeys(parameter.cite() for parameter in group)),
        "x-standing": "documented",
    }
