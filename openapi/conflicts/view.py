"""Documented pages as the conflict rules read them: each field and response with its place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from openapi.contract.requests import FORM
from openapi.pages.body import Body
from openapi.pages.documented import DocumentedPage
from openapi.pages.field import Field as PageField
from openapi.pages.node import Node, as_written, node_at, text
from openapi.pages.operation import PageOperation
from openapi.pages.operation import operations_of as operations_of_page


@dataclass(frozen=True, slots=True)
class Listing:
    """The values a page lists for a field, and where."""

    spot: Node
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A request field or a parameter; ``required`` is where the page demands it."""

    name: str
    spot: Node
    schema: Node
    required: Node | None
    examples: tuple[Node, ...]

    @property
    def type(self) -> str:
        """The declared type, or an empty text."""
        return text(self.schema.get("type"))

    @property
    def is_binary(self) -> bool:
        """Whether the field is a file."""
        return text(self.schema.get("format")) == "binary"

    def prose(self, fact: str) -> Node | None:
        """A fact the page states in running text only."""
        return self.spot.get("x-prose", fact)

    def listing(self) -> Listing | None:
        """The listed values: an enum's, else those of the text."""
        field = PageField(self.spot.page, self.schema.pointer, self.spot.pointer, ())
        found = next(field.lists(), None)
        return Listing(found, tuple(map(as_written, found.value))) if found else None


@dataclass(frozen=True, slots=True)
class Reply:
    """One response body: its status, its media type object, its declared properties."""

    status: str
    body: Body

    @property
    def succeeded(self) -> bool:
        """Whether the status is one of success."""
        return self.status.startswith("2")

    @property
    def media(self) -> Node:
        """The media type object."""
        return node_at(self.body.page, self.body.pointer)

    @property
    def schema(self) -> Node | None:
        """The schema, where the page declares one."""
        return self.media.get("schema")

    @property
    def properties(self) -> dict[str, Node]:
        """The declared properties."""
        return {name: node_at(self.body.page, at[0]) for name, at in self.body.fields.items()}

    @property
    def examples(self) -> tuple[Node, ...]:
        """The examples of the whole body."""
        return _examples(self.body)


@dataclass(frozen=True, slots=True)
class Operation(PageOperation):
    """One operation of one page."""

    @property
    def spot(self) -> Node:
        """The operation object."""
        return node_at(self.page, self.pointer)

    @property
    def leads(self) -> bool:
        """Whether it is the first of its page, and so speaks for the page as a whole."""
        return next(operations_of_page(self.page)).pointer == self.pointer

    @property
    def document(self) -> Node:
        """The whole page."""
        return node_at(self.page, ())

    def body_fields(self) -> Iterator[Field]:
        """The fields of every request body."""
        return chain.from_iterable(map(self._fields_of, self.bodies()))

    def form_fields(self) -> Iterator[Field]:
        """The fields of the request bodies that are forms."""
        forms = (body for body in self.bodies() if body.media_type == FORM)
        return chain.from_iterable(map(self._fields_of, forms))

    def fields(self) -> Iterator[Field]:
        """Everything a caller sets: body fields, then path and query parameters."""
        yield from self.body_fields()
        for spot in self.parameter_nodes():
            if text(spot.get("in")) not in ("path", "query"):
                continue
            demanded = spot.get("required")
            required = demanded if demanded and demanded.value is True else None
            own = spot.get("example")
            schema = spot.get("schema") or spot
            yield Field(text(spot.get("name")), spot, schema, required, (own,) if own else ())

    def parameter_nodes(self) -> Iterator[Node]:
        """The parameters, those of the path included."""
        return (node_at(self.page, place) for place in self.parameters())

    def responses(self) -> Iterator[Reply]:
        """Every response body of every status."""
        return (Reply(status, body) for status, body in self.replies())

    def _fields_of(self, body: Body) -> Iterator[Field]:
        required, shown = body.required, _examples(body)
        for name, places in body.fields.items():
            spot = node_at(self.page, places[0])
            own = spot.get("example")
            whole = tuple(found for each in shown if (found := each.get(name)) is not None)
            demanded = node_at(self.page, required[name]) if name in required else None
            yield Field(name, spot, spot, demanded, ((own,) if own else ()) + whole)


def operations_of(pages: Sequence[DocumentedPage]) -> list[Operation]:
    """Every operation of every page, in the pages' order."""
    return [
        Operation(page, each.path, each.method)
        for page in pages
        for each in operations_of_page(page)
    ]


def _examples(body: Body) -> tuple[Node, ...]:
    return tuple(node_at(body.page, shown.pointer) for shown in body.examples)
