"""One field that a page documents, as a schema of the contract, each value with its line.

A value is documented when the page lists it, shows it in a request example or says that it applies
by default. A closed field, one whose page lists values, is held to its documented values. Knows one
page at a time.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openapi.merging.form_texts import as_text, text_of
from openapi.merging.schema_copies import copied, is_placeholder
from openapi.merging.unions import fits, widened
from openapi.pages.documented import DocumentedPage, Pointer

Cited = tuple[Any, Pointer]

_NO_SCALAR = frozenset({"items", "properties", "anyOf", "oneOf", "allOf", "not"})


@dataclass(frozen=True, slots=True)
class Field:
    """Where a page declares a field, where it says more in prose, and every value it shows."""

    page: DocumentedPage
    pointer: Pointer
    prose_holder: Pointer
    shown: tuple[Cited, ...]

    @property
    def declared(self) -> Mapping[str, Any]:
        """The field's schema as the page has it, a reference followed."""
        found: Mapping[str, Any] = self.page.at(self.page.follow(self.pointer))
        return found

    def listed(self) -> Iterator[Cited]:
        """Every value the page lists, in the field's type, and where."""
        here, prose_pointer = self.page.follow(self.pointer), (*self.prose_holder, "x-prose")
        for index, value in enumerate(self.declared.get("enum", ())):
            yield value, (*here, "enum", index)
        for index, word in enumerate(self._prose.get("allowed", ())):
            yield self._typed(word), (*prose_pointer, "allowed", index)
        for word in self._prose.get("resolutions", {}):
            yield self._typed(word), (*prose_pointer, "resolutions", word)

    def defaults(self) -> Iterator[Cited]:
        """The value that applies when the field is left out, if the page says."""
        if "default" in self.declared and not is_placeholder(self.declared["default"]):
            yield self.declared["default"], (*self.page.follow(self.pointer), "default")
        if self._prose.get("default") is not None:
            yield self._typed(self._prose["default"]), (*self.prose_holder, "x-prose", "default")

    @property
    def _prose(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.page.at(self.prose_holder).get("x-prose", {})
        return found

    def _typed(self, word: Any) -> Any:
        """A word of running text in the declared type, where it has that form."""
        declared = self.declared.get("type", "string")
        if declared == "string" or not isinstance(word, str):
            return word
        try:
            value = json.loads(word)
        except ValueError:
            return word
        return value if fits(value, declared) else word


def field_schema(field: Field, *, closed: bool, is_text: bool = False) -> dict[str, Any]:
    """The schema of ``field``; ``is_text`` for a form, where every value travels as text."""
    schema = copied(field.page, field.pointer)
    for said in ("example", "default"):
        schema.pop(said, None)
    schema["x-source"] = field.page.cite(field.pointer)
    shown, defaults, listed = list(field.shown), list(field.defaults()), list(field.listed())
    if schema.get("format") == "binary":
        return schema | ({"x-shown": shown[0][0]} if shown else {})
    if is_text:
        schema = as_text(schema, [value for value, _ in shown + defaults + listed])
        shown, defaults, listed = map(_texts, (shown, defaults, listed))
    if closed and _is_scalar(schema):
        schema |= _enumeration(field.page, [*shown, *defaults, *listed])
    schema = widened(schema, [*schema.get("enum", ()), *(value for value, _ in shown + defaults)])
    told = {"example": shown, "default": defaults}
    return schema | {
        keyword: values[0][0]
        for keyword, values in told.items()
        if values and values[0][0] is not None
    }


def _texts(values: Sequence[Cited]) -> list[Cited]:
    return [(text_of(value), pointer) for value, pointer in values]


def _is_scalar(schema: Mapping[str, Any]) -> bool:
    return _NO_SCALAR.isdisjoint(schema) and schema.get("type") not in ("array", "object")


def _enumeration(page: DocumentedPage, values: Sequence[Cited]) -> dict[str, Any]:
    """The enum; a value that stands in several places keeps the last, where it is listed."""
    cited = {json.dumps(value): (value, page.cite(pointer)) for value, pointer in values}
    found = [pair for pair in cited.values() if pair[0] is not None]
    if not found:
        return {}
    return {
        "enum": [value for value, _ in found],
        "x-enum-sources": {str(value): source for value, source in found},
    }
