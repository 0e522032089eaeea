"""Documented pages as rules read them: operations, fields, replies, each part with its place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openapi.conflicts.spot import Spot, as_written, text
from openapi.importing.naming import operations
from openapi.pages.documented import DocumentedPage

_COMBINED = ("allOf", "anyOf", "oneOf")


@dataclass(frozen=True, slots=True)
class Listing:
    """The values a page lists for a field, and where."""

    spot: Spot
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A request field or a parameter; ``required`` is where the page demands it."""

    name: str
    spot: Spot
    schema: Spot
    required: Spot | None
    examples: tuple[Spot, ...]

    @property
    def type(self) -> str:
        """The declared type, or an empty text."""
        return text(self.schema.get("type"))

    @property
    def is_binary(self) -> bool:
        """Whether the field is a file."""
        return text(self.schema.get("format")) == "binary"

    def prose(self, fact: str) -> Spot | None:
        """A fact the page states in running text only."""
        return self.spot.get("x-prose", fact)

    def listing(self) -> Listing | None:
        """The listed values: an enum's, else those of the text."""
        for spot in (self.schema.get("enum"), self.prose("allowed"), self.prose("resolutions")):
            if spot is not None and spot.value and isinstance(spot.value, dict | list):
                return Listing(spot, tuple(as_written(value) for value in spot.value))
        return None


@dataclass(frozen=True, slots=True)
class Reply:
    """One response body: its status, its media type object, its declared properties."""

    status: str
    media: Spot
    schema: Spot | None
    properties: dict[str, Spot]
    examples: tuple[Spot, ...]

    @property
    def succeeded(self) -> bool:
        """Whether the status says success."""
        return self.status.startswith("2")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of one page."""

    page: DocumentedPage
    path: str
    method: str
    spot: Spot

    @property
    def title(self) -> str:
        """E.g. ``POST /v1/videos``."""
        return f"{self.method.upper()} {self.path}"

    @property
    def leads(self) -> bool:
        """Whether it is the first of its page, and so speaks for the page as a whole."""
        return next(operations(self.page.data))[:2] == (self.path, self.method)

    @property
    def document(self) -> Spot:
        """The whole page."""
        return Spot(self.page, (), self.page.data)

    def bodies(self) -> Iterator[Spot]:
        """The media type objects of the request body."""
        content = self.spot.get("requestBody", "content")
        yield from content.children() if content else ()

    def body_fields(self) -> Iterator[Field]:
        """The fields of every request body."""
        for media in self.bodies():
            schema = media.get("schema")
            required = _required(schema)
            shown = tuple(_examples(media))
            for name, spot in _properties(schema).items():
                own = spot.get("example")
                whole = tuple(found for body in shown if (found := body.get(name)) is not None)
                examples = ((own,) if own else ()) + whole
                yield Field(name, spot, spot, required.get(name), examples)

    def parameters(self) -> Iterator[Spot]:
        """The parameters, those of the path item included."""
        for holder in (self.document.get("paths", self.path), self.spot):
            listed = holder.get("parameters") if holder else None
            yield from listed.children() if listed else ()

    def fields(self) -> Iterator[Field]:
        """Everything a caller sets: body fields, then path and query parameters."""
        yield from self.body_fields()
        for spot in self.parameters():
            if text(spot.get("in")) not in ("path", "query"):
                continue
            demanded = spot.get("required")
            required = demanded if demanded and demanded.value is True else None
            own = spot.get("example")
            schema = spot.get("schema") or spot
            yield Field(text(spot.get("name")), spot, schema, required, (own,) if own else ())

    def replies(self) -> Iterator[Reply]:
        """Every response body of every status."""
        responses = self.spot.get("responses")
        for response in responses.children() if responses else ():
            content = response.get("content")
            for media in content.children() if content else ():
                schema = media.get("schema")
                shown = tuple(_examples(media))
                yield Reply(response.name, media, schema, _properties(schema), shown)


def operations_of(pages: Sequence[DocumentedPage]) -> list[Operation]:
    """Every operation of every page, in the pages' order."""
    return [
        Operation(page, path, method, Spot(page, ("paths", path, method), data))
        for page in pages
        for path, method, data in operations(page.data)
    ]


def _properties(schema: Spot | None) -> dict[str, Spot]:
    if schema is None:
        return {}
    found: dict[str, Spot] = {}
    for keyword in _COMBINED:
        parts = schema.get(keyword)
        for part in parts.children() if parts else ():
            found |= _properties(part)
    declared = schema.get("properties")
    return found | (_named(declared) if declared else {})


def _named(declared: Spot) -> dict[str, Spot]:
    names = list(declared.value) if isinstance(declared.value, dict) else []
    return {name: spot for name in names if (spot := declared.get(name)) is not None}


def _required(schema: Spot | None) -> dict[str, Spot]:
    if schema is None:
        return {}
    parts = schema.get("allOf")
    found: dict[str, Spot] = {}
    for part in parts.children() if parts else ():
        found |= _required(part)
    listed = schema.get("required")
    if listed is not None and isinstance(listed.value, list):
        found |= {str(item.value): item for item in listed.children()}
    return found


def _examples(media: Spot) -> Iterator[Spot]:
    single = media.get("example")
    if single is not None:
        yield single
    several = media.get("examples")
    for example in several.children() if several else ():
        value = example.get("value")
        if value is not None:
            yield value
