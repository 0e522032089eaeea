"""One body that one page describes, of a request or a response, with the place of each part.

Parts joined by ``allOf`` are read as one object; knows nothing of how the contract words it.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openapi.merging.schema_copies import copied, is_placeholder
from openapi.pages.documented import DocumentedPage, Pointer

FORM = "multipart/form-data"
JSON = "application/json"
# What is read part by part; every other keyword holds for the body as a whole.
_READ = frozenset({"type", "properties", "required", "allOf", "example"})
_CHOICES = ("anyOf", "oneOf")


@dataclass(frozen=True, slots=True)
class Shown:
    """A value that a page shows, under the name of its example, and where it stands."""

    name: str
    value: Any
    pointer: Pointer


@dataclass(frozen=True, slots=True)
class Body:
    """Page, pointer of the media type object, media type."""

    page: DocumentedPage
    pointer: Pointer
    media_type: str

    @property
    def media(self) -> Mapping[str, Any]:
        """The media type object as the page has it."""
        found: Mapping[str, Any] = self.page.at(self.pointer)
        return found

    @property
    def is_object(self) -> bool:
        """Whether the body is an object, as far as the page says."""
        declared = [self.page.at(part) for part in self._parts()]
        if any("properties" in part or part.get("type") == "object" for part in declared):
            return True
        open_ended = not any(word in part for part in declared for word in ("type", *_CHOICES))
        return open_ended and self.media_type in (FORM, JSON)

    @property
    def fields(self) -> dict[str, Pointer]:
        """Where each declared field stands."""
        found: dict[str, Pointer] = {}
        for part in self._parts():
            for name in self.page.at(part).get("properties", {}):
                found.setdefault(name, (*part, "properties", name))
        return found

    @property
    def required(self) -> dict[str, Pointer]:
        """The fields the page demands, each with the place of the list that does."""
        found: dict[str, Pointer] = {}
        for part in self._parts():
            for name in self.page.at(part).get("required", ()):
                found.setdefault(name, (*part, "required"))
        return found

    @property
    def other_rules(self) -> dict[str, Any]:
        """What the schema says of the body besides its fields, e.g. ``additionalProperties``."""
        rules = [rule for part in self._parts() if (rule := _besides_fields(self.page, part))]
        return rules[0] if len(rules) == 1 else ({"allOf": rules} if rules else {})

    @property
    def examples(self) -> list[Shown]:
        """Every example of the whole body; templates with ``{{...}}`` are none."""
        return [
            Shown(f"{self.page.name}-{key}" if key else self.page.name, value, pointer)
            for key, pointer in self._example_places()
            if not is_placeholder(value := self.page.at(pointer))
        ]

    def copied_schema(self) -> dict[str, Any]:
        """The body's schema as it is, for a body that is no object."""
        return copied(self.page, (*self.pointer, "schema")) if "schema" in self.media else {}

    def cite(self, *path: str | int) -> str:
        """``page:line`` of something within the media type object."""
        return self.page.cite((*self.pointer, *path))

    def cite_schema(self) -> str:
        """``page:line`` of the schema; of the media type where the page declares none."""
        return self.cite(*(("schema",) if "schema" in self.media else ()))

    def _parts(self) -> list[Pointer]:
        if "schema" not in self.media:
            return []
        return list(_parts(self.page, (*self.pointer, "schema"), ()))

    def _example_places(self) -> Iterator[tuple[str, Pointer]]:
        if "example" in self.media:
            yield "", (*self.pointer, "example")
        several = self.media.get("examples", {})
        for key in several:
            here = self.page.follow((*self.pointer, "examples", key))
            if "value" in self.page.at(here):
                yield key if len(several) > 1 else "", (*here, "value")
        for part in self._parts():
            if "example" in self.page.at(part):
                yield "schema", (*part, "example")


def examples(bodies: Sequence[Body]) -> dict[str, Any]:
    """Every page's examples of one body under the page's name."""
    return {
        shown.name: {"value": copy.deepcopy(shown.value), "x-source": body.page.cite(shown.pointer)}
        for body in bodies
        for shown in body.examples
    }


def _parts(page: DocumentedPage, pointer: Pointer, above: tuple[Pointer, ...]) -> Iterator[Pointer]:
    here = page.follow(pointer)
    if here in above:
        raise page.refusal(pointer, "the schema contains itself, which is not supported")
    yield here
    for index in range(len(page.at(here).get("allOf", ()))):
        yield from _parts(page, (*here, "allOf", index), (*above, here))


def _besides_fields(page: DocumentedPage, part: Pointer) -> dict[str, Any]:
    return {key: value for key, value in copied(page, part).items() if key not in _READ}
