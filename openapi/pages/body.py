"""The body of a request or response on a page, with the place of each part.

Parts joined by ``allOf`` are one object, to which the alternatives of ``anyOf`` and ``oneOf`` add
their fields. A part of unexpected shape is treated as absent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from openapi.contract.requests import FORM, JSON
from openapi.documents.pointers import Steps
from openapi.pages.documented import DocumentedPage

CHOICES = ("anyOf", "oneOf")


@dataclass(frozen=True, slots=True)
class Shown:
    """An example value of a page, with its name and place."""

    name: str
    value: Any
    pointer: Steps


@dataclass(frozen=True)
class Body:
    """A media type object of a page."""

    page: DocumentedPage
    pointer: Steps
    media_type: str

    @property
    def media(self) -> Mapping[str, Any]:
        """The media type object as the page has it."""
        return self.page.mapping(self.pointer)

    @property
    def is_object(self) -> bool:
        """Whether the body is an object; a form or JSON body without a declaration is one."""
        declared = [self.page.mapping(part) for part in (*self.parts, *self.alternatives)]
        if any("properties" in part or part.get("type") == "object" for part in declared):
            return True
        open_ended = not any(word in part for part in declared for word in ("type", *CHOICES))
        return open_ended and self.media_type in (FORM, JSON)

    @cached_property
    def parts(self) -> list[Steps]:
        """The places of the schemas of every body: the declared one, and its ``allOf``."""
        return list(self._joined((*self.pointer, "schema"), ())) if "schema" in self.media else []

    @cached_property
    def alternatives(self) -> list[Steps]:
        """The places of the schemas in ``anyOf`` and ``oneOf``."""
        return [found for part in self.parts for found in self._alternatives(part, ())]

    @cached_property
    def fields(self) -> dict[str, list[Steps]]:
        """The places where each field is declared, those of ``parts`` first.

        A field that several parts declare has only the place of the first.
        """
        found: dict[str, list[Steps]] = {}
        for part in self.parts:
            for name in self._members(part, "properties"):
                found.setdefault(name, [(*part, "properties", name)])
        own = set(found)
        for part in self.alternatives:
            for name in self._members(part, "properties"):
                if name not in own:
                    found.setdefault(name, []).append((*part, "properties", name))
        return found

    @cached_property
    def required(self) -> dict[str, Steps]:
        """The required fields, each with its place in a ``required`` list."""
        found: dict[str, Steps] = {}
        for part in self.parts:
            listed = self.page.mapping(part).get("required")
            for index, name in enumerate(listed if isinstance(listed, list) else ()):
                found.setdefault(str(name), (*part, "required", index))
        return found

    @cached_property
    def examples(self) -> list[Shown]:
        """The examples of the whole body."""
        return [
            Shown(f"{self.page.name}-{key}" if key else self.page.name, self.page.at(place), place)
            for key, place in self._example_places()
        ]

    def cite_schema(self) -> str:
        """``page:line`` of the schema; of the media type where the page declares none."""
        return self.page.cite((*self.pointer, *(("schema",) if "schema" in self.media else ())))

    def _joined(self, pointer: Steps, above: tuple[Steps, ...]) -> Iterator[Steps]:
        here = self.page.lead(pointer)
        if here not in above:
            yield here
            for member in self._members(here, "allOf"):
                yield from self._joined((*here, "allOf", member), (*above, here))

    def _alternatives(self, part: Steps, above: tuple[Steps, ...]) -> Iterator[Steps]:
        for word in CHOICES:
            for member in self._members(part, word):
                for joined in self._joined((*part, word, member), above):
                    yield joined
                    yield from self._alternatives(joined, (*above, part, joined))

    def _members(self, pointer: Steps, key: str) -> list[Any]:
        """The steps from the object at a place to the members of one of its keys."""
        held = self.page.mapping(pointer).get(key)
        if key == "properties":
            return list(held) if isinstance(held, dict) else []
        return list(range(len(held))) if isinstance(held, list) else []

    def _example_places(self) -> Iterator[tuple[str, Steps]]:
        if "example" in self.media:
            yield "", (*self.pointer, "example")
        several = self.media.get("examples")
        for key in several if isinstance(several, dict) else ():
            here = self.page.lead((*self.pointer, "examples", key))
            if "value" in self.page.mapping(here):
                yield key if len(several or ()) > 1 else "", (*here, "value")
        for part in self.parts:
            if "example" in self.page.mapping(part):
                yield "schema", (*part, "example")
