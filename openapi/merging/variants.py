"""One page's request as a named schema of the contract; knows one page at a time.

A field is held to its documented values when its page lists values for it. Where the page shows an
example only, the field stays open: an example is no list.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openapi.merging.bodies import FORM, JSON, Body
from openapi.merging.component_names import capitalised
from openapi.merging.fields import Cited, Field, field_schema
from openapi.merging.schema_copies import is_placeholder

_SUFFIXES = {FORM: "Form", JSON: "Json"}


@dataclass(frozen=True, slots=True)
class Request(Body):
    """Where one page describes one request body.

    ``operation`` names the operation where the page has several with such a body.
    """

    operation: str = ""

    @property
    def component(self) -> str:
        """The name of this request's schema in the contract, e.g. ``SoraImageForm``."""
        words = capitalised(f"{self.page.name} {self.operation}")
        return words + _SUFFIXES.get(self.media_type, f"{capitalised(self.media_type)}Body")

    def field(self, name: str) -> Field:
        """One field with every value that the page's request examples show for it."""
        pointer = self.fields[name]
        return Field(self.page, pointer, self.page.follow(pointer), tuple(self._shown(name)))

    def _shown(self, name: str) -> Iterator[Cited]:
        for example in self.examples:
            if isinstance(example.value, Mapping) and name in example.value:
                yield example.value[name], (*example.pointer, name)
        here = self.page.follow(self.fields[name])
        if "example" in (declared := self.page.at(here)) and not is_placeholder(
            declared["example"]
        ):
            yield declared["example"], (*here, "example")


def variant(request: Request) -> dict[str, Any]:
    """Build the schema of one page's request, every field citing the line that documents it."""
    named = {
        "x-variant": request.page.name,
        "x-source": request.cite_schema(),
        "x-standing": "documented",
    }
    if not request.is_object:
        return request.copied_schema() | named
    is_text = request.media_type == FORM
    properties = {
        name: field_schema(field, closed=any(field.listed()), is_text=is_text)
        for name in request.fields
        for field in (request.field(name),)
    }
    return {"type": "object", **named, "properties": properties, **_demands(request)}


def _demands(request: Request) -> dict[str, Any]:
    if not request.required:
        return request.other_rules
    lines = dict.fromkeys(request.page.cite(pointer) for pointer in request.required.values())
    return {
        "required": list(request.required),
        "x-sources": {"required": ", ".join(lines)},
        **request.other_rules,
    }
